import { describe, expect, it } from 'vitest'
import { type BackendMessage, parseBackendMessage } from './messages'

type Samples = { readonly [Type in BackendMessage['type']]: Extract<BackendMessage, { type: Type }> }

const id = { traceId: 'a', spanId: '1', parentId: null, runtimeId: 'r', version: '1' }
const job = { key: 1, id: 'job', name: 'n', kind: 'k', ...id }
const node = { id: '1', type: 'Sampler', pack: 'pack' }
const error = { name: 'Error', message: 'm' }
const gpu = { allocatedBytes: 1, reservedBytes: 1, peakBytes: 1 }
const hash = '0123456789abcdef'

/** One of each type, whole: a type that is added is added here. */
const SAMPLES: Samples = {
  booted: { type: 'booted', run: 'r', runtimeId: 'r', loadedBefore: ['a'], codeCache: true },
  heartbeat: { type: 'heartbeat', heapUsedBytes: 1, heapLimitBytes: 1, externalBytes: 1, loopDelayMs: 1 },
  'profiles-written': { type: 'profiles-written' },
  ready: { type: 'ready' },
  'launch-failed': { type: 'launch-failed', error, stack: 's' },
  'uncaught-exception': { type: 'uncaught-exception', error, stack: 's' },
  'job-queued': { type: 'job-queued', ...job, queuedAt: 1 },
  'job-started': { type: 'job-started', ...job, startedAt: 1 },
  'job-progress': { type: 'job-progress', key: 1, progress: 0.5 },
  'job-ended': { type: 'job-ended', key: 1, endedAt: 1, progress: 1, error, stack: 's', spanSent: true },
  'job-need': {
    ...{ type: 'job-need', key: 1, family: hash, sizes: hash, pixels: 1, width: 1, height: 1, batch: 1 },
    ...{ frames: 1, steps: 1, output: 'o', device: 1 },
  },
  'job-turn': { type: 'job-turn', key: 1, turn: 1, isFreed: true, isBusy: true, canReturn: true },
  'job-left': { type: 'job-left', id: 'j', residentBytes: 1 },
  'engine-memory': {
    type: 'engine-memory',
    at: 1,
    pid: 1,
    residentBytes: 1,
    gpu,
    job: { id: 'j', peakBytes: 1, growthBytes: -1 },
    node,
    places: [{ bytes: 1, node, place: { function: 'f', file: 'f.py', line: 1 } }],
  },
  'engine-usage': {
    type: 'engine-usage',
    jobs: { peakBytes: 1, growthBytes: 1 },
    nodes: [{ pack: 'p', peakBytes: 1, growthBytes: 1 }],
    gpu,
  },
  'engine-packs': { type: 'engine-packs', packs: [{ pack: 'p', ms: 1, bytes: 1, ok: true }] },
  'job-cancelled': { type: 'job-cancelled', key: 1, cancelledAt: 1 },
  'engine-ended': { type: 'engine-ended', exitCode: 1, kept: [1], isReplaced: false },
  'job-resubmitted': { type: 'job-resubmitted', key: 1 },
  'job-not-resubmitted': { type: 'job-not-resubmitted', key: 1, reason: 'r', isOver: true },
  'unsent-traces': { type: 'unsent-traces', payload: new Uint8Array(3), count: 1 },
  'profiler-cost': { type: 'profiler-cost', cpuMs: 1, atMs: 1, memoryBytes: 1 },
  'traces-delivery': { type: 'traces-delivery', failure: 'f' },
  'engine-unresponsive': {
    type: 'engine-unresponsive',
    kind: 'loop',
    isLoading: false,
    unresponsiveMs: 1,
    isRestartDue: false,
    words: ['w'],
    node,
    stacks: [{ thread: 't', frames: [{ function: 'f', file: 'f', line: 1 }] }],
  },
  'engine-responsive': { type: 'engine-responsive' },
  'engine-tracer': { type: 'engine-tracer', maySend: true },
  'engine-spare': { type: 'engine-spare', pid: 7, residentBytes: 1, why: null },
  warning: { type: 'warning', message: 'm' },
}

/** The message with one of its parts replaced, each in turn. */
function* variants(value: unknown, hostile: (part: unknown) => unknown): Generator<unknown> {
  if (value instanceof Uint8Array) return
  yield hostile(value)
  if (Array.isArray(value)) for (const one of variants(value[0], hostile)) yield [one]
  else if (typeof value === 'object' && value !== null)
    for (const [name, part] of Object.entries(value))
      if (name !== 'type') for (const one of variants(part, hostile)) yield { ...value, [name]: one }
}

const longer = (part: unknown) => {
  if (typeof part === 'string') return 'x y'.repeat(100_000)
  return Array.isArray(part) ? Array(300_000).fill(part[0]) : part
}
const NONSENSE = [
  undefined,
  null,
  Number.NaN,
  -1,
  1e300,
  2n ** 80n,
  '',
  [],
  {},
  new Map(),
  new Date(Number.NaN),
  [[[]]],
]

describe.each(Object.entries(SAMPLES))('a message "%s"', (_type, sample) => {
  it('is read as it is', () => expect(parseBackendMessage(sample)).toEqual(sample))

  it('that is blown up is cut or refused', () => {
    for (const message of variants(sample, longer)) {
      const size = JSON.stringify(parseBackendMessage(message)).length
      // 10,000 jobs that are kept, or 200 threads of 200 frames: never what was sent.
      expect(size).toBeLessThan(500_000)
    }
  })

  it('of nonsense is refused, or what was understood of it, and never thrown at', () => {
    for (const nonsense of NONSENSE)
      for (const message of variants(sample, () => nonsense))
        expect(() => parseBackendMessage(message)).not.toThrow()
  })
})
