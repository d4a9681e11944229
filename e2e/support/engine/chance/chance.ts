/** Chance that can be repeated: the same seed chooses the same (mulberry32, public domain). */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  between(from: number, to: number): number {
    return from + this.next() * (to - from)
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1))
  }

  once(share: number): boolean {
    return this.next() < share
  }

  /** A number between two positive ones, as likely in each octave. */
  octaves(from: number, to: number): number {
    return from * (to / from) ** this.next()
  }

  /** One of several, each as often. */
  pick<T>(all: readonly [T, ...T[]]): T {
    return all[this.whole(0, all.length - 1)] ?? all[0]
  }

  /** One of several, each as often as its weight says. */
  weighed<const Each extends readonly [unknown, number]>(all: readonly Each[]): Each {
    let left = this.next() * all.reduce((sum, [, weight]) => sum + weight, 0)
    for (const each of all) {
      left -= each[1]
      if (left < 0) return each
    }
    const last = all.at(-1)
    if (!last) throw new Error('there is nothing to choose from')
    return last
  }
}
