/** The memory of a backend's processes at one moment, in bytes. */
export interface TreeReading {
  /** All of them. */
  readonly allBytes: number
  /** Those that are neither the backend's own nor the engine's. */
  readonly otherBytes: number
}

/** The memory that the processes of a backend take above the lowest reading of a job before it. */
export class TreePeak {
  readonly #all = new Rise()
  readonly #others = new Rise()

  add({ allBytes, otherBytes }: TreeReading): void {
    this.#all.add(allBytes)
    this.#others.add(otherBytes)
  }

  /** The peak of all processes, in bytes; `null` where fewer than two readings fell into the job. */
  get all(): number | null {
    return this.#all.bytes
  }

  /** The peak of those that a probe does not see, in bytes. */
  get others(): number {
    return this.#others.bytes ?? 0
  }
}

/** The most by which a series rises above the lowest that came before. */
class Rise {
  #low: number | null = null
  #bytes: number | null = null

  add(value: number): void {
    if (this.#low !== null) this.#bytes = Math.max(this.#bytes ?? 0, value - this.#low)
    this.#low = Math.min(this.#low ?? value, value)
  }

  /** `null` before the second value. */
  get bytes(): number | null {
    return this.#bytes
  }
}
