/** Longest pause of the main thread for a regular heap profile, in milliseconds. */
export const MAX_PAUSE_MS = 50
const MB = 2 ** 20
/**
 * Pause for small objects on an ordinary machine, in milliseconds per byte: measured, 0.5 to 2 ms for each
 * MB.
 */
const ORDINARY_RATE = 1.5 / MB
/** Shortest pause assumed without better data, however long ago it was measured. */
const BEST_RATE = 0.5 / MB
/** Pause above which the machine was busy. */
const WORST_RATE = 4 / MB
/**
 * Smallest heap that is measured, in bytes: for smaller ones most of the time is not the collection, and
 * would make larger ones look too slow.
 */
const MIN_BYTES = 8 * MB
const MEASURED_KEPT = 3
/**
 * Half-life of what makes a profile look too long, in milliseconds: it may have been wrong, or of another
 * heap.
 */
const HALF_LIFE_MS = 5 * 60_000
/** Factor by which each trial that was too long delays the next one. */
const PUT_OFF = 4

/**
 * Estimates how long a heap profile will pause the main thread. The inspector has V8 collect the whole heap
 * first, in one piece: measured, 0.5 to 2 ms for each MB of small objects, next to nothing for large arrays
 * of numbers and for strings. So only bytes outside V8's space for large objects are counted.
 */
export class PauseEstimate {
  /**
   * Measured rates, newest last. Before two were measured, the ordinary rate counts too: a busy machine makes
   * a single one long.
   */
  #rates: number[] = [ORDINARY_RATE]
  #measuredBytes = 0
  #measuredAt: number
  #halfLifeMs = HALF_LIFE_MS

  /** Times are monotonic, in milliseconds. */
  constructor(now: number) {
    this.#measuredAt = now
  }

  record(tookMs: number, bytes: number, now: number): void {
    if (bytes < MIN_BYTES) return
    const isTrial = this.predict(bytes) > MAX_PAUSE_MS && this.expect(bytes, now) <= MAX_PAUSE_MS
    if (tookMs <= MAX_PAUSE_MS) this.#halfLifeMs = HALF_LIFE_MS
    else if (isTrial) this.#halfLifeMs *= PUT_OFF
    this.#rates = [...(isTrial ? [] : this.#rates), tookMs / bytes].slice(-MEASURED_KEPT)
    this.#measuredBytes = bytes
    this.#measuredAt = now
  }

  /**
   * The predicted pause, in milliseconds. What has come since the last measurement is taken for small
   * objects, whatever was there before.
   */
  predict(bytes: number): number {
    const [known, unknown] = this.#rateOfAll()
    return this.#sum(bytes, known, unknown)
  }

  /**
   * The expected pause, with less and less weight on what makes it long: without a profile nothing is
   * measured again. More than 100 MB of possible small objects are never expected to be short.
   */
  expect(bytes: number, now: number): number {
    const [known, unknown] = this.#rateOfAll()
    const weight = 2 ** ((this.#measuredAt - now) / this.#halfLifeMs)
    const aged = (rate: number) => Math.max(Math.min(rate, BEST_RATE), Math.min(rate, WORST_RATE) * weight)
    return this.#sum(bytes, aged(known), aged(unknown))
  }

  /**
   * True if so much has come that was never measured that soon a profile will look too long: now it still
   * does not.
   */
  isOutgrown(bytes: number, now: number): boolean {
    const [, unknown] = this.#rateOfAll()
    return (
      bytes >= MIN_BYTES &&
      unknown * (bytes - this.#measuredBytes) >= MAX_PAUSE_MS / 2 &&
      this.expect(bytes, now) <= MAX_PAUSE_MS
    )
  }

  /** The rates of what was measured, and of what has come since, in milliseconds per byte. */
  #rateOfAll(): [known: number, unknown: number] {
    const sorted = this.#rates.toSorted((a, b) => a - b)
    const known = sorted[(sorted.length - 1) >> 1] ?? ORDINARY_RATE
    return [known, Math.max(known, ORDINARY_RATE)]
  }

  #sum(bytes: number, known: number, unknown: number): number {
    const measured = Math.min(bytes, this.#measuredBytes)
    return known * measured + unknown * (bytes - measured)
  }
}
