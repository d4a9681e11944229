import { describe, expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { Lifecycle } from './lifecycle'

type Call = 'start' | 'restart' | 'stop' | 'quit'

/** Sessions that take so many turns to open, restart and close, one number after the other; and what was done. */
function sessions(turns: readonly number[] = [], over: { failOpen?: (n: number) => boolean } = {}) {
  const done: string[] = []
  let [open, opens, step] = [0, 0, 0]
  const wait = async () => {
    for (let n = turns[step++ % Math.max(1, turns.length)] ?? 0; n > 0; n--) await Promise.resolve()
  }
  const most = { open: 0 }
  const lifecycle = new Lifecycle<string>({
    async open(change, signal) {
      opens += 1
      const fails = over.failOpen?.(opens) ?? false
      await wait()
      if (signal.aborted) throw new Error('not wanted any more')
      if (fails) throw new Error('it cannot be opened')
      open += 1
      most.open = Math.max(most.open, open)
      done.push(change === null ? 'open' : `open ${change}`)
    },
    async start() {
      await wait()
      done.push('start')
    },
    async restart(change) {
      await wait()
      done.push(change === null ? 'restart' : `restart ${change}`)
    },
    async close() {
      await wait()
      open -= 1
      done.push('close')
    },
    merge: (earlier, later) => [earlier, later].filter(Boolean).join('+') || null,
  })
  return { lifecycle, done, most, count: () => open }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the order of calls', () => {
  it('starts after a stop, and again', async () => {
    const { lifecycle, done } = sessions()
    for (let n = 0; n < 2; n++) {
      await lifecycle.start()
      await lifecycle.stop()
    }
    expect(done).toEqual(['open', 'close', 'open', 'close'])
    expect(lifecycle.isActive).toBe(false)
  })

  it('starts by a restart what is stopped, with what that asks for', async () => {
    const { lifecycle, done } = sessions()
    await lifecycle.restart('--lowvram')
    await lifecycle.restart('--cpu')
    expect(done).toEqual(['open --lowvram', 'restart --cpu'])
  })

  it('ends what runs when a stop is followed by a start at once', async () => {
    const { lifecycle, done } = sessions()
    await lifecycle.start()
    await Promise.all([lifecycle.stop(), lifecycle.start()])
    expect(done).toEqual(['open', 'restart'])
  })

  it('puts restarts together that come at once', async () => {
    const { lifecycle, done } = sessions()
    await lifecycle.start()
    await Promise.all([lifecycle.restart('a'), lifecycle.restart(), lifecycle.restart('b')])
    expect(done).toEqual(['open', 'restart a+b'])
  })

  it('leaves nothing of a start that a stop overtakes, and rejects nothing', async () => {
    const { lifecycle, done } = sessions([5])
    const started = lifecycle.start()
    await Promise.resolve().then(() => {})
    await Promise.all([started, lifecycle.stop()])
    expect(done).toEqual([])
    expect(lifecycle.isActive).toBe(false)
  })

  it('says why a start failed, and can be started afterwards', async () => {
    const { lifecycle, done } = sessions([], { failOpen: (n) => n === 1 })
    await expect(lifecycle.start()).rejects.toThrow('it cannot be opened')
    expect(lifecycle.isActive).toBe(false)
    await lifecycle.start()
    expect(done).toEqual(['open'])
  })

  it('starts nothing after it has quit', async () => {
    const { lifecycle, done } = sessions()
    await lifecycle.start()
    await lifecycle.quit()
    await Promise.all([lifecycle.start(), lifecycle.restart('x')])
    expect(done).toEqual(['open', 'close'])
  })
})

it('ends as the last call asks, whatever was called before and however long each takes', async () => {
  const calls = fc.array(
    fc.record({
      call: fc.constantFrom<Call>('start', 'restart', 'stop', 'start', 'restart', 'stop', 'quit'),
      turnsLater: fc.nat(12),
    }),
    { minLength: 1, maxLength: 12 },
  )
  await fc.assert(
    fc.asyncProperty(calls, fc.array(fc.nat(9), { maxLength: 8 }), async (order, turns) => {
      const { lifecycle, most, count } = sessions(turns)
      const asked: Promise<void>[] = []
      for (const { call, turnsLater } of order) {
        for (let n = turnsLater; n > 0; n--) await Promise.resolve()
        asked.push(lifecycle[call]())
      }
      await Promise.all(asked)
      await settled()
      const isWanted = order.at(-1)?.call !== 'stop' && !order.some(({ call }) => call === 'quit')
      expect(count()).toBe(isWanted ? 1 : 0)
      expect(lifecycle.isActive).toBe(isWanted)
      expect(most.open).toBeLessThanOrEqual(1)
    }),
    { numRuns: 500 },
  )
})
