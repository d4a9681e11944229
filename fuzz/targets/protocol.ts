import assert from 'node:assert/strict'
import { parseBackendMessage, parseHello, parseMonitorMessage } from '../../src/common/protocol/messages'
import { deliverInContext } from '../../src/common/tracing/message-context'
import { jsonCorpus, textCorpus } from '../support/corpus'
import { expectMeasure } from '../support/expect'
import { mutatedText } from '../support/mutate'
import { promise, type Target } from '../support/target'
import { clonedValue, nearly } from '../support/values'

const BACKEND_MESSAGES = [
  ...jsonCorpus('messages/from-backend'),
  // Bytes are not JSON.
  { type: 'unsent-traces', payload: new Uint8Array([1]), count: 1 },
]
const MONITOR_MESSAGES = jsonCorpus('messages/from-main')
const HELLOS = jsonCorpus('messages/hello')
const DAMAGED = mutatedText(
  ['from-backend', 'from-main', 'hello'].flatMap((name) => textCorpus(`messages/${name}`)),
)

/** Checks that every text is bounded, and that arithmetic, a Date and JSON can hold every number. */
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

/** The rest of a damaged message; `undefined` if it is not JSON, which nobody posts. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const ENVELOPES = [['studio-datadog-monitor:context', '{ "x-datadog-trace-id": "1" }', 'for the backend']]

/**
 * Checks that the listeners get a message once, whatever was posted: unchanged, or what was enclosed in it.
 */
function delivered(posted: unknown): void {
  const heard: unknown[] = []
  deliverInContext(null, 'main', posted, (message) => heard.push(message))
  assert.equal(heard.length, 1)
  const [message] = heard
  assert.ok(Object.is(message, posted) || Object.is(message, (posted as unknown[])[2]))
}

export const protocol: Target = {
  name: 'protocol',
  promises: [
    promise('from the backend', nearly(BACKEND_MESSAGES, clonedValue), accepts(parseBackendMessage)),
    promise('from main', nearly(MONITOR_MESSAGES, clonedValue), accepts(parseMonitorMessage)),
    promise('the hello', nearly(HELLOS, clonedValue), accepts(parseHello)),
    promise('an enclosed message', nearly(ENVELOPES, clonedValue), delivered),
    promise('damaged', DAMAGED, (text) => {
      const data = parsed(text)
      if (data !== undefined) acceptedByAll(data)
    }),
    promise('anything at all', clonedValue, acceptedByAll, 0.2),
  ],
}
