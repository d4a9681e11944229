import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { LoadAlarm } from './load-alarm'

const onLate = vi.fn()
let alarm: LoadAlarm
beforeEach(() => {
  vi.useFakeTimers()
  onLate.mockReset()
  alarm = new LoadAlarm(onLate)
})
afterEach(() => vi.useRealTimers())

it('tells once of an entry that is not loaded after 30 s', () => {
  alarm.enter('starting')
  vi.advanceTimersByTime(29_999)
  expect(onLate).not.toHaveBeenCalled()
  vi.advanceTimersByTime(600_000)
  expect(onLate).toHaveBeenCalledOnce()
})

it.each(['running', 'backing-off', 'stopping'] as const)(
  'says nothing of one that is %s by then',
  (state) => {
    alarm.enter('starting')
    vi.advanceTimersByTime(29_999)
    alarm.enter(state)
    vi.advanceTimersByTime(600_000)
    expect(onLate).not.toHaveBeenCalled()
  },
)

it('gives each start its own time', () => {
  for (const state of ['starting', 'backing-off', 'starting'] as const) {
    alarm.enter(state)
    vi.advanceTimersByTime(20_000)
  }
  expect(onLate).not.toHaveBeenCalled()
  vi.advanceTimersByTime(10_000)
  expect(onLate).toHaveBeenCalledOnce()
})
