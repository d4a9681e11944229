import { describe, expect, it } from 'vitest'
import {
  type BackendMessage,
  hello,
  MAX_ID_LENGTH,
  MAX_MESSAGE_LENGTH,
  MAX_NAME_LENGTH,
  parseBackendMessage,
  parseHello,
  parseMonitorMessage,
} from './messages'

const BOOTED = {
  type: 'booted',
  codeCache: true,
  run: 'run-1',
  runtimeId: 'f00d',
  loadedBefore: ['/app/dist/preload/index.cjs'],
} satisfies BackendMessage
const HEARTBEAT = {
  type: 'heartbeat',
  heapUsedBytes: 1,
  heapLimitBytes: 2,
  externalBytes: 0,
  loopDelayMs: 0,
} as const satisfies BackendMessage
const STARTED = {
  type: 'job-started',
  key: 0,
  id: 'job-1',
  name: 'upscale',
  kind: 'image',
  startedAt: 1_767_323_045_000,
  traceId: '69aa',
  spanId: '42',
  parentId: '7',
  runtimeId: 'f00d',
  version: '1.2.3',
} as const satisfies BackendMessage
const { startedAt: _, ...JOB } = STARTED
const QUEUED = { ...JOB, type: 'job-queued', queuedAt: 1_767_323_044_000 } as const satisfies BackendMessage
const CANCELLED = { type: 'job-cancelled', key: 0, cancelledAt: 1_767_323_046_000 } as const
const ENDED = {
  type: 'job-ended',
  key: 0,
  endedAt: 1_767_323_046_000,
  progress: 0.5,
  error: { name: 'RangeError', message: 'too large' },
  stack: 'RangeError: too large\n    at render (/app/nodes.js:1:1)',
  spanSent: false,
} as const satisfies BackendMessage
const PROGRESS = { type: 'job-progress', key: 0, progress: 0.25 } as const satisfies BackendMessage
const COST = { type: 'profiler-cost', cpuMs: 1, atMs: 2, memoryBytes: 3 } as const satisfies BackendMessage
const UNSENT = { type: 'unsent-traces', payload: new Uint8Array([1]), count: 1 } as const

const MESSAGES: readonly BackendMessage[] = [
  BOOTED,
  HEARTBEAT,
  { ...HEARTBEAT, heapUsedBytes: 1, heapLimitBytes: 2, externalBytes: 0 },
  { type: 'profiles-written' },
  { type: 'ready' },
  { type: 'launch-failed', error: { name: 'TypeError', message: 'boom' }, stack: null },
  { type: 'uncaught-exception', error: { name: '', message: '' }, stack: null },
  QUEUED,
  STARTED,
  {
    ...STARTED,
    name: null,
    kind: null,
    traceId: null,
    spanId: null,
    parentId: null,
    runtimeId: null,
    version: null,
  },
  PROGRESS,
  { ...PROGRESS, progress: null },
  { ...PROGRESS, progress: 0 },
  { ...PROGRESS, progress: 1 },
  ENDED,
  { ...ENDED, progress: null, error: null, stack: null },
  { ...ENDED, spanSent: true },
  CANCELLED,
  { ...UNSENT, payload: new Uint8Array([1]) },
  { type: 'warning', message: 'take care' },
]

describe('a message of the backend', () => {
  it.each(MESSAGES)('is taken as it is: $type', (message) => {
    expect(parseBackendMessage(message)).toEqual(message)
  })

  it('may carry a Buffer, as it arrives from a port: bytes', () => {
    expect(parseBackendMessage(structuredClone({ ...UNSENT, payload: Buffer.from([7]) }))).toEqual({
      ...UNSENT,
      payload: new Uint8Array([7]),
    })
  })

  it('loses what it should not have', () => {
    expect(parseBackendMessage({ ...STARTED, payload: 'a prompt' })).toEqual(STARTED)
  })

  it('is cut to what a record keeps', () => {
    const long = 'x'.repeat(1_000_000)
    const name = 'x'.repeat(MAX_NAME_LENGTH)
    const id = 'x'.repeat(MAX_ID_LENGTH)
    const text = 'x'.repeat(MAX_MESSAGE_LENGTH)
    const ids = { id: long, name: long, kind: long, traceId: long, spanId: long, parentId: long }
    expect(parseBackendMessage({ ...STARTED, ...ids })).toEqual({
      ...STARTED,
      id: name,
      name,
      kind: name,
      traceId: id,
      spanId: id,
      parentId: id,
    })
    const error = { name: long, message: long }
    for (const message of [
      ENDED,
      { type: 'launch-failed', stack: null },
      { type: 'uncaught-exception', stack: null },
    ])
      expect(parseBackendMessage({ ...message, error })).toMatchObject({ error: { name, message: text } })
    expect(parseBackendMessage({ type: 'warning', message: long })).toMatchObject({ message: text })
    expect(parseBackendMessage({ ...BOOTED, run: long, loadedBefore: [long] })).toEqual({
      ...BOOTED,
      run: name,
      loadedBefore: [text],
    })
  })

  it.each([
    ...[undefined, null, 0, '', 'ready', true, [], [{ type: 'ready' }], {}, new Map()],
    ...[{ type: 'Ready' }, { type: ['ready'] }, { type: 'stop' }, { type: '__proto__' }, { kind: 'ready' }],
  ])('is not everything: %j', (data) => {
    expect(parseBackendMessage(data)).toBeNull()
  })

  const wrong: readonly [wrong: string, message: BackendMessage, fields: readonly unknown[]][] = [
    ['key', STARTED, [-1, 0.5, '0', null, Number.NaN, Number.POSITIVE_INFINITY]],
    ['id', STARTED, [null, 1, {}, undefined]],
    ['name', STARTED, [1, undefined, ['a']]],
    ['kind', STARTED, [1, undefined]],
    ['traceId', STARTED, [1, 1n]],
    ['parentId', STARTED, [1, undefined]],
    ['queuedAt', QUEUED, [-1, Number.NaN, null, undefined]],
    ['cancelledAt', CANCELLED, [-1, null, undefined]],
    ['spanSent', ENDED, [undefined, null, 1]],
    ['startedAt', STARTED, [-1, Number.NaN, Number.POSITIVE_INFINITY, 8.65e15, '2026-01-02', new Date(0)]],
    ['endedAt', ENDED, [-1, Number.NaN, Number.POSITIVE_INFINITY, null]],
    ['progress', ENDED, [-0.01, 1.01, Number.NaN, '0.5', undefined]],
    ['progress', PROGRESS, [-0.01, 1.01, Number.NaN, '0.5', undefined]],
    ['error', ENDED, [undefined, 'Error: boom', {}, { name: 'Error' }, { name: 1, message: 'boom' }]],
    ['payload', UNSENT, [null, 'bytes', [1, 2], new ArrayBuffer(1), new Uint16Array(1)]],
    ['count', UNSENT, [-1, 0.5, '1', undefined]],
    ['run', BOOTED, [null, 1]],
    ['loadedBefore', BOOTED, [null, 'a', [1], {}]],
    ['heapUsedBytes', HEARTBEAT, [-1, '1', undefined, Number.NaN]],
    ['heapLimitBytes', HEARTBEAT, [-1, '1', undefined]],
    ['externalBytes', HEARTBEAT, [-1, '1', undefined]],
    ['loopDelayMs', HEARTBEAT, [-1, '1', undefined, Number.NaN, Number.POSITIVE_INFINITY]],
    ['cpuMs', COST, [-1, '1', undefined, Number.POSITIVE_INFINITY]],
    ['atMs', COST, [-1, '1', undefined, Number.POSITIVE_INFINITY]],
    ['message', { type: 'warning', message: '' }, [null, 1, {}]],
  ]
  it.each(
    wrong.flatMap(([field, message, values]) =>
      values.map((value) => ({ type: message.type, field, value, message })),
    ),
  )('is dropped for a wrong field: $type with $field $value', ({ field, value, message }) => {
    expect(parseBackendMessage(message)).not.toBeNull()
    expect(parseBackendMessage({ ...message, [field]: value })).toBeNull()
  })

  it.each([BOOTED, HEARTBEAT, STARTED, ENDED, PROGRESS, UNSENT])(
    'is dropped when a field is missing: $type',
    (message) => {
      for (const field of Object.keys(message)) {
        const rest = Object.fromEntries(Object.entries(message).filter(([name]) => name !== field))
        expect(parseBackendMessage(rest), field).toBeNull()
      }
    },
  )
})

describe('a message of the monitor', () => {
  const PRESSURE = { type: 'memory-pressure', usedBytes: 90, limitBytes: 100 } as const

  it('is a stop, or that memory is short', () => {
    expect(parseMonitorMessage({ type: 'stop', more: 1 })).toEqual({ type: 'stop' })
    expect(parseMonitorMessage(PRESSURE)).toEqual(PRESSURE)
  })

  it.each([
    ...[undefined, null, 'stop', ['stop'], {}, { type: 'ready' }, { type: 'STOP' }, { type: null }],
    ...[{ type: 'memory-pressure' }, { ...PRESSURE, usedBytes: '90' }, { ...PRESSURE, limitBytes: null }],
    ...[{ ...PRESSURE, usedBytes: Number.POSITIVE_INFINITY }],
  ])('is not everything: %j', (data) => {
    expect(parseMonitorMessage(data)).toBeNull()
  })
})

describe('the first message', () => {
  const profiling = { folder: '/data/profiles', periodMs: 65_000, memoryLimitBytes: null }

  it.each([
    hello(null, null),
    hello(2 ** 28, profiling),
    hello(null, { ...profiling, memoryLimitBytes: 2 ** 30 }),
  ])('is taken: %j', (message) => {
    expect(parseHello(structuredClone(message))).toEqual(message)
  })

  it.each([
    ...[undefined, null, 'studio-datadog-monitor:hello', {}, { ...hello(null, null), type: 'hello' }],
    ...[{ ...hello(null, null), profiling: undefined }, hello(-1, null)],
    ...[hello(null, { ...profiling, periodMs: 0 }), hello(null, { ...profiling, memoryLimitBytes: -1 })],
  ])('is one of the backend’s own otherwise: %j', (data) => {
    expect(parseHello(data)).toBeNull()
  })
})
