/** Places of which is known what they hold; what comes later counts for none. */
const MAX_PLACES = 5_000

/**
 * The memory that each place in the engine's code has taken and not given back, by how the resident set grew and shrank
 * there. What takes memory and what frees it often differ: what is given back is taken off the place itself first, then
 * off those that hold most, so the sum is never more than what came.
 */
export class HeldMemory<Place> {
  readonly #held = new Map<string, { readonly place: Place; bytes: number }>()

  /** @param bytes less than 0 where more was freed than taken */
  add(key: string, place: Place, bytes: number): void {
    const known = this.#held.get(key)
    if (bytes > 0) {
      if (known) known.bytes += bytes
      else if (this.#held.size < MAX_PLACES) this.#held.set(key, { place, bytes })
    } else if (bytes < 0) this.giveBack(-bytes, key)
  }

  /** @param first the place that gives first; the largest where it is not said */
  giveBack(bytes: number, first?: string): void {
    let left = bytes
    const own = first === undefined ? undefined : this.#held.get(first)
    const others = [...this.#held.values()].filter((one) => one !== own).sort((a, b) => b.bytes - a.bytes)
    for (const one of own ? [own, ...others] : others) {
      if (left === 0) break
      const some = Math.min(left, one.bytes)
      one.bytes -= some
      left -= some
    }
    for (const [key, one] of this.#held) if (one.bytes === 0) this.#held.delete(key)
  }

  /** The places that hold something. */
  places(): readonly { readonly place: Place; readonly bytes: number }[] {
    return [...this.#held.values()]
  }

  /** The process has begun anew, with nothing of what it held. */
  clear(): void {
    this.#held.clear()
  }
}
