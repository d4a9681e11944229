import { expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { DEATH_CAUSES } from '../../backend/cause'
import { readMemorySize } from '../../settings/memory-size'
import { type AdviceFacts, advise } from './advice'

const MIB = 2 ** 20
const GIB = 2 ** 30
const FIRST = 'this is the first one of its kind on record'

const NOTHING: AdviceFacts = {
  cause: 'crash',
  oom: false,
  confidence: 'proven',
  memory: {
    ...{ limitBytes: null, treeRssBytes: null, heapUsedBytes: null, heapLimitBytes: null },
    ...{ samples: [], processes: [], jobPeakBytes: null },
  },
  node: null,
  topAllocators: [],
  before: { times: 0, lastAt: null },
  restart: { decision: 'restart', delayMs: 0, deathsInWindow: 1, reason: '' },
  errorLine: null,
  machineBytes: 64 * GIB,
  hasEngine: false,
  isWorkerHeap: false,
  stuckIn: null,
  lost: [],
  returning: 0,
}
const memory = (over: Partial<AdviceFacts['memory']>) => ({ ...NOTHING.memory, ...over })
const LEAK = {
  ...{ function: 'leak', file: '/app/a.js', line: 3, bytes: 9, share: 0.62 },
  ...{ cumulativeBytes: null, cumulativeShare: null },
}
const PACK = { id: '7', type: 'Sampler', pack: 'leaky' }

it.each<[string, Partial<AdviceFacts>, string | null]>([
  [
    'a heap that was full',
    {
      cause: 'heap-out-of-memory',
      oom: true,
      memory: memory({ heapUsedBytes: 203 * MIB, heapLimitBytes: 209 * MIB }),
    },
    "raise STUDIO_HEAP_LIMIT to 448MiB: V8's limit was 209 MiB, the heap held 203 MiB at most, the machine has 64 GiB",
  ],
  [
    'the largest heap there is',
    { cause: 'heap-out-of-memory', oom: true, memory: memory({ heapLimitBytes: 4 * GIB }) },
    "V8's heap takes 4 GiB at most in Electron: hold less at a time, or large data in Buffers, which are outside it",
  ],
  [
    'a heap on a machine that is too small',
    {
      cause: 'heap-out-of-memory',
      oom: true,
      machineBytes: 2 * GIB,
      memory: memory({ heapLimitBytes: 1.9 * GIB }),
    },
    "the machine's 2 GiB leave no room for a larger heap: hold less at a time, or use one with more memory",
  ],
  [
    'a worker',
    { cause: 'heap-out-of-memory', oom: true, isWorkerHeap: true, memory: memory({ heapLimitBytes: GIB }) },
    'raise STUDIO_HEAP_LIMIT where it is set: it holds for each worker thread, ahead of its own limits; else resourceLimits.maxOldGenerationSizeMb where that worker is made',
  ],
  [
    'a memory limit',
    { cause: 'memory-limit', oom: true, memory: memory({ limitBytes: GIB, treeRssBytes: 1.2 * GIB }) },
    'raise STUDIO_MEMORY_LIMIT to 2GiB: it is 1 GiB, it held 1.2 GiB at most, the machine has 64 GiB',
  ],
  [
    'a memory limit that is the machine',
    { cause: 'memory-limit', oom: true, memory: memory({ limitBytes: 57 * GIB, treeRssBytes: 58 * GIB }) },
    'STUDIO_MEMORY_LIMIT, 57 GiB, leaves no room to raise it on a machine with 64 GiB: give it smaller jobs, or more memory',
  ],
  [
    "the kernel's kill",
    { cause: 'kernel-oom-kill', oom: true, memory: memory({ treeRssBytes: 10 * GIB }) },
    'set STUDIO_MEMORY_LIMIT to 9GiB: it held 10 GiB at most, and is then ended with a record of who took it, before the kernel acts',
  ],
  [
    'a function that held much',
    { oom: true, topAllocators: [LEAK] },
    'look at leak (/app/a.js:3), with 62 % of what was sampled: where it never lets go, more memory only delays the end',
  ],
  [
    'a node that crashed',
    { node: PACK },
    'update the pack leaky, or remove it from custom_nodes, if this happens again: Sampler (node 7) of pack leaky ran at the time',
  ],
  [
    'jobs',
    {
      lost: [
        { jobId: 'a', name: 'portrait', state: 'running' },
        ...['b', 'c', 'd', 'e'].map((jobId) => ({ jobId, name: null, state: 'queued' as const })),
      ],
    },
    'submit again what had not begun: b, c, d and 1 more',
  ],
  [
    'earlier ones',
    { before: { times: 3, lastAt: '2026-11-23T20:13:00.000Z' } },
    'this happened before: 3 times on record, last at 2026-11-23 20:13:00 UTC',
  ],
  ['the first', {}, FIRST],
])('is given for %s', (_what, facts, sentence) => {
  expect(advise({ ...NOTHING, ...facts })).toContain(sentence)
})

it('blames nobody who holds little, and no node for memory that another took', () => {
  const facts = { ...NOTHING, oom: true, topAllocators: [{ ...LEAK, share: 0.1 }], node: PACK }
  expect(advise(facts).join()).not.toMatch(/leak/)
})

const bytes = fc.option(fc.integer({ min: 1, max: 2 ** 38 }), { nil: null })
const ARBITRARY: fc.Arbitrary<AdviceFacts> = fc.record({
  cause: fc.constantFrom(...DEATH_CAUSES),
  oom: fc.boolean(),
  confidence: fc.constantFrom('proven', 'suspected'),
  memory: fc.record({
    ...{ limitBytes: bytes, treeRssBytes: bytes, heapUsedBytes: bytes, heapLimitBytes: bytes },
    samples: fc.constant([]),
    processes: fc.constant([]),
    jobPeakBytes: bytes,
  }),
  node: fc.constantFrom(null, PACK, { ...PACK, pack: null }),
  topAllocators: fc.constantFrom([], [LEAK], [{ ...LEAK, share: 0.01 }], [{ ...LEAK, node: PACK }]),
  before: fc.constantFrom(NOTHING.before, { times: 1, lastAt: '2026-11-23T20:13:00.000Z' }),
  restart: fc.constant(NOTHING.restart),
  errorLine: fc.constantFrom(null, 'listen EADDRINUSE'),
  machineBytes: fc.integer({ min: 2 ** 28, max: 2 ** 40 }),
  hasEngine: fc.boolean(),
  isWorkerHeap: fc.boolean(),
  stuckIn: fc.constantFrom(null, 'spin (a.js:1)'),
  lost: fc.constantFrom([], [{ jobId: 'a', name: null, state: 'running' as const }]),
  returning: fc.nat(3),
})

it('raises a limit to more than it is and less than the machine has, and only where that limit was met', () => {
  fc.assert(
    fc.property(ARBITRARY, (facts) => {
      const advice = advise(facts)
      expect(advice.length).toBeGreaterThan(0)
      expect(new Set(advice).size).toBe(advice.length)
      for (const sentence of advice) {
        const raised = /raise (STUDIO_\w+) to (\w+)/.exec(sentence)
        if (!raised) continue
        const to = readMemorySize(raised[2] ?? '') ?? 0
        const isHeap = raised[1] === 'STUDIO_HEAP_LIMIT'
        expect(facts.cause).toBe(isHeap ? 'heap-out-of-memory' : 'memory-limit')
        expect(to).toBeGreaterThan((isHeap ? facts.memory.heapLimitBytes : facts.memory.limitBytes) ?? 0)
        expect(to).toBeLessThanOrEqual(facts.machineBytes)
        if (isHeap) expect(to).toBeLessThanOrEqual(4 * GIB)
      }
      const lost = facts.lost.length > 0
      expect(advice.some((sentence) => sentence.startsWith('submit again'))).toBe(lost)
    }),
    { numRuns: 2_000 },
  )
})
