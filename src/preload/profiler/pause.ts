/** The longest that a regular heap profile may stop the main thread, in milliseconds. */
export const MAX_PAUSE_MS = 50
/** Small objects on an ordinary machine, in milliseconds per byte: measured, 0.5 to 2 ms for each MB. */
const ORDINARY_RATE = 1.5 / 2 ** 20
/** Of small heaps most of the time is not the collection; it would make larger ones look too slow. In bytes. */
const MIN_BYTES = 8 * 2 ** 20
const MEASURED_KEPT = 3

/**
 * How long a heap profile will stop the main thread. The inspector has V8 collect the whole heap first, in one piece:
 * measured, 0.5 to 2 ms for each MB of small objects, next to nothing for large arrays of numbers and for strings. So
 * what is counted are the bytes outside V8's space for large objects.
 */
export class PauseEstimate {
  /** Newest last. */
  #rates: number[] = []
  #measuredBytes = 0

  record(tookMs: number, bytes: number): void {
    if (bytes < MIN_BYTES) return
    this.#rates = [...this.#rates, tookMs / bytes].slice(-MEASURED_KEPT)
    this.#measuredBytes = bytes
  }

  /** In milliseconds. What has come since the last measurement is taken for small objects, whatever was there before. */
  predict(bytes: number): number {
    const sorted = this.#rates.toSorted((a, b) => a - b)
    // The middle one: a busy machine makes a single measurement long, and a heap left out is not measured again.
    const rate = sorted[sorted.length >> 1] ?? ORDINARY_RATE
    const known = Math.min(bytes, this.#measuredBytes)
    return rate * known + Math.max(rate, ORDINARY_RATE) * (bytes - known)
  }
}
