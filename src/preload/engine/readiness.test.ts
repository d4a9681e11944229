import { describe, expect, it } from 'vitest'
import { trouble } from './api/answer'
import { waitUntilReady } from './readiness'

/** Waits for an engine that is ready after `readyAtMs` milliseconds, each request taking 10. */
async function wait(readyAtMs: number, giveUpAtMs = Number.POSITIVE_INFINITY) {
  let now = 5_000
  const end = new AbortController()
  const said: string[] = []
  let asked = 0
  const tookMs = await waitUntilReady({
    url: 'http://engine',
    say: (line) => said.push(line),
    signal: end.signal,
    now: () => now,
    pause: async (ms) => {
      now += ms
      if (now - 5_000 >= giveUpAtMs) end.abort()
    },
    ask: async () => {
      asked += 1
      now += 10
      return now - 5_000 >= readyAtMs ? { ok: true, body: null } : trouble('refuses connections')
    },
  })
  return { tookMs, said, asked }
}

describe('the wait for the engine', () => {
  it('is over when the API answers, and says nothing of a short one', async () => {
    const { tookMs, said } = await wait(2_000)
    expect(tookMs).toBeGreaterThanOrEqual(2_000)
    expect(tookMs).toBeLessThan(4_000)
    expect(said).toEqual([])
  })

  it('is told of after 10 s, 30 s, 1 min and each further minute, for as long as it takes', async () => {
    const { tookMs, said, asked } = await wait(30 * 60_000)
    expect(tookMs).toBeGreaterThanOrEqual(30 * 60_000)
    const seconds = said.map((line) => Number(/after (\d+) s/.exec(line)?.[1]))
    expect(seconds.slice(0, 5).map((at) => Math.round(at / 10) * 10)).toEqual([10, 30, 60, 120, 180])
    expect(said).toHaveLength(31)
    expect(said[0]).toMatch(/^the engine is not ready after 1\d s: http:\/\/engine refuses connections$/)
    expect(asked).toBeLessThan(1_000)
  })

  it('is given up when the engine has ended', async () => {
    expect((await wait(60_000, 3_000)).tookMs).toBeNull()
  })
})
