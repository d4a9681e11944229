import { expect, it } from 'vitest'
import { threadCost } from './thread-cost'

it('grows with what the thread does, by less than the time that passes', () => {
  const before = threadCost()
  let after = threadCost()
  // On a busy machine a thread may wait long for its first tick.
  for (const until = performance.now() + 30_000; after.cpuMs === before.cpuMs; after = threadCost())
    if (performance.now() > until) break
  expect(after.cpuMs).toBeGreaterThan(before.cpuMs)
  // The kernel's tick is 10 ms, and the file may be a tick late.
  expect(after.cpuMs - before.cpuMs).toBeLessThan(after.atMs - before.atMs + 25)
  expect(after.memoryBytes).toBeGreaterThan(2 ** 20)
})
