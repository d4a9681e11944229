import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { EventLoopDelay } from './event-loop-delay'

function holdUp(ms: number) {
  const until = performance.now() + ms
  while (performance.now() < until);
}

it.each([0, 250])(
  'tells the longest delay once, also one that begins %i ms after the last call',
  async (ms) => {
    const loop = new EventLoopDelay()
    loop.takeLongest()
    await sleep(ms)
    holdUp(600)
    expect(loop.takeLongest()).toBeGreaterThan(450)
    expect(loop.takeLongest()).toBe(0)
  },
)

it('finds a delay that is over', async () => {
  const loop = new EventLoopDelay()
  holdUp(600)
  await sleep(150)
  expect(loop.takeLongest()).toBeGreaterThan(450)
})
