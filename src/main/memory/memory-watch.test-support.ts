import type { ProcessRow } from '../../common/process/process-tree'
import { MemoryWatch, type MemoryWatchOptions, type WatchClock } from './memory-watch'

export const MIB = 2 ** 20
export const LIMIT = 1_000 * MIB
export const EPOCH = Date.UTC(2026, 10, 23)
export const row = (mib: number, pid = 10): ProcessRow => ({
  pid,
  ppid: 1,
  name: 'p',
  rssBytes: mib * MIB,
  startTime: 1,
})

/** A clock that advances when the test says so. */
export class FakeClock implements WatchClock {
  now = 0
  #waiting: { at: number; call: () => void }[] = []

  wall = () => EPOCH + this.now
  monotonic = () => this.now

  after(ms: number, call: () => void): () => void {
    const entry = { at: this.now + ms, call }
    this.#waiting.push(entry)
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry)
    }
  }

  get waiting(): number {
    return this.#waiting.length
  }

  async advance(ms: number): Promise<void> {
    const end = this.now + ms
    for (;;) {
      await settle()
      const next = this.#waiting.toSorted((a, b) => a.at - b.at)[0]
      if (!next || next.at > end) break
      this.#waiting = this.#waiting.filter((other) => other !== next)
      this.now = next.at
      next.call()
    }
    this.now = end
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

export function watch(read: MemoryWatchOptions['tree']['read'], options: Partial<MemoryWatchOptions> = {}) {
  const clock = new FakeClock()
  const told: string[] = []
  const tell = (what: string) => () => void told.push(`${clock.now} ${what}`)
  const watching = new MemoryWatch({
    tree: { read },
    limitBytes: LIMIT,
    onPressure: tell('pressure'),
    onExceeded: tell('exceeded'),
    onGrowth: tell('growth'),
    log: { warn: (message) => void told.push(message) },
    clock,
    countShared: async ({ rssBytes }) => rssBytes,
    ...options,
  })
  return { watching, clock, told }
}
