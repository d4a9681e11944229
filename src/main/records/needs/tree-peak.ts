/** The memory of a backend's processes at one moment, in bytes. */
export interface TreeReading {
  /** All of them. */
  readonly allBytes: number
  /** Those that are neither the backend's own nor the engine's. */
  readonly otherBytes: number
}

/** The memory that the processes of a backend take above what they held at the first reading of a job. */
export class TreePeak {
  #first: TreeReading | null = null
  #highest: TreeReading | null = null

  add(reading: TreeReading): void {
    if (!this.#first) {
      this.#first = reading
      return
    }
    const { allBytes, otherBytes } = this.#highest ?? reading
    this.#highest = {
      allBytes: Math.max(allBytes, reading.allBytes),
      otherBytes: Math.max(otherBytes, reading.otherBytes),
    }
  }

  /** The peak of all processes, in bytes; `null` where fewer than two readings fell into the job. */
  get all(): number | null {
    if (!this.#first || !this.#highest) return null
    return Math.max(0, this.#highest.allBytes - this.#first.allBytes)
  }

  /** The peak of those that a probe does not see, in bytes. */
  get others(): number {
    if (!this.#first || !this.#highest) return 0
    return Math.max(0, this.#highest.otherBytes - this.#first.otherBytes)
  }
}
