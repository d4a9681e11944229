/** The longest that a regular heap profile may stop the main thread, in milliseconds. */
export const MAX_PAUSE_MS = 50
const MB = 2 ** 20
/** Small objects on an ordinary machine, in milliseconds per byte: measured, 0.5 to 2 ms for each MB. */
const ORDINARY_RATE = 1.5 / MB
/** What may be hoped for where nothing better is known, however long ago it was measured. */
const BEST_RATE = 0.5 / MB
/** Longer than this took a machine that was busy. */
const WORST_RATE = 4 / MB
/** Of small heaps most of the time is not the collection; it would make larger ones look too slow. In bytes. */
const MIN_BYTES = 8 * MB
const MEASURED_KEPT = 3
/** What makes a profile look too long counts half after this time: it may have been wrong, or of another heap. */
const HALF_LIFE_MS = 5 * 60_000
/** Each trial that was too long after all puts the next one off by so much more. */
const PUT_OFF = 4

/**
 * How long a heap profile will stop the main thread. The inspector has V8 collect the whole heap first, in one piece:
 * measured, 0.5 to 2 ms for each MB of small objects, next to nothing for large arrays of numbers and for strings. So
 * what is counted are the bytes outside V8's space for large objects.
 */
export class PauseEstimate {
  /** Newest last. Before two were measured, what is ordinary has a say: a busy machine makes a single one long. */
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

  /** In milliseconds. What has come since the last measurement is taken for small objects, whatever was there before. */
  predict(bytes: number): number {
    const [known, unknown] = this.#rateOfAll()
    return this.#sum(bytes, known, unknown)
  }

  /**
   * The same with less and less weight on what makes it long: without a profile nothing is measured again. More than
   * 100 MB of what may be small objects are never hoped to be short.
   */
  expect(bytes: number, now: number): number {
    const [known, unknown] = this.#rateOfAll()
    const weight = 2 ** ((this.#measuredAt - now) / this.#halfLifeMs)
    const aged = (rate: number) => Math.max(Math.min(rate, BEST_RATE), Math.min(rate, WORST_RATE) * weight)
    return this.#sum(bytes, aged(known), aged(unknown))
  }

  /** Whether so much has come that was never measured that soon a profile will look too long: now it still does not. */
  isOutgrown(bytes: number, now: number): boolean {
    const [, unknown] = this.#rateOfAll()
    return (
      bytes >= MIN_BYTES &&
      unknown * (bytes - this.#measuredBytes) >= MAX_PAUSE_MS / 2 &&
      this.expect(bytes, now) <= MAX_PAUSE_MS
    )
  }

  /** Of what was measured, and of what has come since. In milliseconds per byte. */
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
