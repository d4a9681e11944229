import { describe, expect, it } from 'vitest'
import { MessageRates } from './message-rates'

const send = (rates: MessageRates, type: unknown, times: number, now = 0) => {
  const counts = { read: 0, drop: 0, 'drop-and-tell': 0 }
  for (let time = 0; time < times; time++) counts[rates.admit(type, now)]++
  return counts
}

describe('a flood of messages', () => {
  it('is read up to its bound, told once, and read again in the next window', () => {
    const rates = new MessageRates()
    expect(send(rates, 'warning', 5_000)).toEqual({ read: 100, drop: 4_899, 'drop-and-tell': 1 })
    expect(send(rates, 'warning', 5, 9_999).read).toBe(0)
    expect(send(rates, 'warning', 5, 10_000)).toEqual({ read: 5, drop: 0, 'drop-and-tell': 0 })
  })

  it('of one type leaves the others alone', () => {
    const rates = new MessageRates()
    send(rates, 'engine-unresponsive', 10_000)
    expect(rates.admit('heartbeat', 0)).toBe('read')
    expect(rates.admit('job-ended', 0)).toBe('read')
  })

  it('of jobs is what 10,000 jobs at once make, several times over, and no more', () => {
    const rates = new MessageRates()
    const types = ['job-queued', 'job-started', 'job-progress', 'job-ended']
    for (const type of types) expect(send(rates, type, 20_000).read).toBe(20_000)
    expect(send(rates, 'job-cancelled', 1_000_000).read).toBe(120_000)
  })

  it.each([
    undefined,
    null,
    7,
    {},
    '',
    'hello',
    '__proto__',
    'constructor',
    'job-',
    `job-${'a'.repeat(1e6)}`,
  ])('of no type of ours is not read: %.20j', (type) => {
    expect(send(new MessageRates(), type, 3).read).toBe(0)
  })
})
