import { expect, it } from 'vitest'
import { parseThreadStat, threadCost } from './thread-cost'

it('reads the time of both kinds, whatever the thread is called', () => {
  const stat = `4242 (a) b (c) S 1 4242 4242 0 -1 4194304 2 0 0 0 250 50 0 0 20 0 1 0 9 0 0`
  expect(parseThreadStat(stat)).toBe(3_000)
  expect(parseThreadStat('')).toBe(null)
})

it('grows with what the thread does, by less than the time that passes', () => {
  const before = threadCost()
  const until = performance.now() + 150
  while (performance.now() < until);
  const after = threadCost()
  expect(after.cpuMs).toBeGreaterThan(before.cpuMs)
  // The kernel's tick is 10 ms, and the file may be a tick late.
  expect(after.cpuMs - before.cpuMs).toBeLessThan(after.atMs - before.atMs + 25)
  expect(after.memoryBytes).toBeGreaterThan(2 ** 20)
})
