/**
 * The lines that ddtrace repeats while nothing takes what it sends: seen of 4.16 without an Agent and without a
 * DogStatsD, and read in its `internal/writer`, `profiling/exporter` and `vendor/dogstatsd`.
 */
const NOISE: readonly RegExp[] = [
  /failed to send, dropping \d+ traces? to intake at /,
  /Error submitting (?:packet|metric)/,
  /Error uploading \(ddog_prof/,
  /^(?:.*\s)?Unable to (?:export|upload) profile/i,
]

/** Told once: a line of ddtrace's own trouble that differs from an earlier one in numbers alone is left out. */
export class TracerNoise {
  readonly #told = new Set<string>()

  /** True for a line that has been told before. */
  isRepeated(line: string): boolean {
    if (!NOISE.some((pattern) => pattern.test(line))) return false
    // Counts go up and down, and appear and vanish: "[11 skipped]".
    const said = line.replace(/\s*\[\d+ skipped\]|\d+ additional messages skipped/g, '').replace(/\d+/g, '#')
    if (this.#told.has(said)) return true
    if (this.#told.size < MOST_TOLD) this.#told.add(said)
    return false
  }
}

/** Different lines remembered, so that this is bounded whatever is said. */
const MOST_TOLD = 100
