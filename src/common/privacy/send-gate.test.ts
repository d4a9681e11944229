import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { consentOf, SendGate } from './send-gate'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

it('lets all through until somebody says otherwise, and tells each change once', () => {
  const gate = new SendGate()
  const told: string[] = []
  const stop = gate.onChange((consent) => told.push(consent))
  expect([gate.isOpen, gate.lets('/v0.4/traces')]).toEqual([true, true])
  for (const consent of ['granted', 'pending', 'pending', 'denied', 'granted'] as const) gate.answer(consent)
  stop()
  gate.answer('denied')
  expect(told).toEqual(['pending', 'denied', 'granted'])
})

it('dd-trace sends nothing without a yes, and its counts of a denied time not afterwards either', () => {
  const gate = new SendGate()
  gate.answer('denied')
  expect(gate.lets('/v0.4/traces')).toBe(false)
  vi.advanceTimersByTime(5_000)
  gate.answer('granted')
  const paths = ['/v0.4/traces', '/v0.6/stats', '/v0.1/pipeline_stats', '/dogstatsd/v2/proxy']
  expect(paths.map((path) => gate.lets(path))).toEqual([true, false, false, false])
  expect(gate.letsMetrics).toBe(false)
  vi.advanceTimersByTime(20_000)
  expect(paths.map((path) => gate.lets(path))).toEqual([true, true, true, true])
})

it('keeps what waited for an answer that was a no, with what an earlier run has left', () => {
  const gate = new SendGate()
  gate.answer('pending', 100)
  gate.answer('granted', 200, [
    { state: 'denied', from: 10, to: 20 },
    { state: 'pending', from: 30, to: null },
  ])
  expect(gate.periods).toEqual([{ state: 'denied', from: 10, to: 20 }])
  expect([gate.isWithheld(15), gate.isWithheld(40), gate.isWithheld(120, 150)]).toEqual([true, false, false])
  gate.answer('pending', 300)
  gate.answer('denied', 400)
  gate.answer('granted', 500)
  expect(gate.isWithheld(350)).toBe(true)
})

it('a backend begins with the answer that main has given it', () => {
  expect(consentOf({ HANZO_STUDIO_CONSENT: 'pending' })).toBe('pending')
  expect(consentOf({ HANZO_STUDIO_CONSENT: 'whatever' })).toBe('granted')
  expect(consentOf({})).toBe('granted')
})
