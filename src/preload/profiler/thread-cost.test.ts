import { expect, it } from 'vitest'
import { threadCost } from './thread-cost'

it('grows with what the thread does, by less than the time that passes', () => {
  const before = threadCost()
  const until = performance.now() + 150
  while (performance.now() < until);
  const after = threadCost()
  expect(after.cpuMs).toBeGreaterThan(before.cpuMs)
  // A tick of the kernel's is 10 ms, and the file may be a tick late.
  expect(after.cpuMs - before.cpuMs).toBeLessThan(after.atMs - before.atMs + 25)
  expect(after.memoryBytes).toBeGreaterThan(2 ** 20)
})
