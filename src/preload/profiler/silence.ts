/** How long the main thread may be silent before its CPU is recorded, in milliseconds. */
export const RECORD_AFTER_MS = 3_000
/** ... and before what was recorded is written down. */
export const WRITE_AFTER_MS = 8_000
/** A look that comes later than this finds a computer that slept, not a thread that is stuck. In milliseconds. */
const SLEPT_MS = 5_000

export type SilenceStep = 'none' | 'record' | 'write' | 'over'

/** Follows the main thread's heartbeat counter: pure, with the clock passed in. */
export class Silence {
  #beat = -1
  #since = 0
  #lookedAt = 0
  #step: 'none' | 'record' | 'write' = 'none'

  /** What is to be done now; each step once for each silence. `now` is monotonic, in milliseconds. */
  look(beat: number, now: number): SilenceStep {
    const slept = now - this.#lookedAt > SLEPT_MS
    this.#lookedAt = now
    if (beat !== this.#beat || slept) {
      const was = this.#step
      this.#beat = beat
      this.#since = now
      this.#step = 'none'
      return was === 'none' ? 'none' : 'over'
    }
    const silentMs = now - this.#since
    if (this.#step === 'none' && silentMs >= RECORD_AFTER_MS) return this.#enter('record')
    if (this.#step === 'record' && silentMs >= WRITE_AFTER_MS) return this.#enter('write')
    return 'none'
  }

  #enter(step: 'record' | 'write'): SilenceStep {
    this.#step = step
    return step
  }
}
