import assert from 'node:assert/strict'
import { deliverInContext } from '../../src/message-context'
import {
  type BackendMessage,
  hello,
  parseBackendMessage,
  parseHello,
  parseMonitorMessage,
} from '../../src/protocol'
import { expectMeasure } from '../support/expect'
import { promise, type Target } from '../support/target'
import { clonedValue, nearly } from '../support/values'

const error = { name: 'RangeError', message: 'too large' }
const job = {
  key: 0,
  id: 'a',
  name: 'upscale',
  kind: null,
  traceId: '1',
  spanId: '2',
  parentId: null,
  runtimeId: null,
  version: '1.2.3',
}
const BACKEND_MESSAGES: readonly BackendMessage[] = [
  { type: 'booted', run: 'run-1', loadedBefore: ['/app/dist/preload/index.cjs'], codeCache: true },
  { type: 'heartbeat', heapUsedBytes: 1, heapLimitBytes: 2, externalBytes: 0, loopDelayMs: 0 },
  { type: 'profiles-written' },
  { type: 'ready' },
  { type: 'launch-failed', error },
  { type: 'uncaught-exception', error },
  { type: 'job-queued', ...job, queuedAt: 1 },
  { type: 'job-started', ...job, startedAt: 1 },
  { type: 'job-progress', key: 0, progress: 0.5 },
  { type: 'job-ended', key: 0, endedAt: 2, progress: null, error, stack: null, spanSent: false },
  { type: 'job-cancelled', key: 0, cancelledAt: 2 },
  { type: 'unsent-traces', payload: new Uint8Array([1]), count: 1 },
  { type: 'warning', message: 'take care' },
]
const MONITOR_MESSAGES = [{ type: 'stop' }, { type: 'memory-pressure', usedBytes: 1, limitBytes: 2 }]
const HELLOS = [
  hello(null, null),
  hello(2 ** 30, { folder: '/data', periodMs: 65_000, memoryLimitBytes: null }),
]

/** Every text is bounded, and every number is one that arithmetic, a Date and JSON can take. */
function expectPlain(value: unknown): void {
  if (typeof value === 'string') assert.ok(value.length <= 2_000, `${value.length} characters`)
  else if (typeof value === 'number') expectMeasure(value)
  else if (Array.isArray(value)) value.forEach(expectPlain)
  else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
    Object.values(value).forEach(expectPlain)
  else assert.ok(value === null || value instanceof Uint8Array || typeof value === 'boolean')
}

function accepts<T>(parse: (data: unknown) => T | null): (data: unknown) => void {
  return (data) => {
    const message = parse(data)
    if (message === null) return
    expectPlain(message)
    assert.deepEqual(parse(message), message)
  }
}

const CHECKS = [accepts(parseBackendMessage), accepts(parseMonitorMessage), accepts(parseHello)]
function acceptedByAll(data: unknown): void {
  for (const check of CHECKS) check(data)
}

const ENVELOPES = [
  { 'studio-datadog-monitor:context': { 'x-datadog-trace-id': '1' }, message: 'for the backend' },
]

/** Whatever was posted, the listeners hear of it once: as it is, or what was enclosed in it. */
function delivered(posted: unknown): void {
  const heard: unknown[] = []
  deliverInContext(null, 'main', posted, (message) => heard.push(message))
  assert.equal(heard.length, 1)
  const [message] = heard
  assert.ok(Object.is(message, posted) || Object.is(message, (posted as { message?: unknown }).message))
}

export const protocol: Target = {
  name: 'protocol',
  promises: [
    promise('from the backend', nearly(BACKEND_MESSAGES, clonedValue), accepts(parseBackendMessage)),
    promise('from main', nearly(MONITOR_MESSAGES, clonedValue), accepts(parseMonitorMessage), 0.5),
    promise('the hello', nearly(HELLOS, clonedValue), accepts(parseHello), 0.5),
    promise('an enclosed message', nearly(ENVELOPES, clonedValue), delivered, 0.5),
    promise('anything at all', clonedValue, acceptedByAll, 0.2),
  ],
}
