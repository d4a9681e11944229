import { HEARTBEAT_INTERVAL_MS, UNRESPONSIVE_AFTER_MS } from '../../common/protocol/heartbeat'
import { VITALS_MS } from './messages'

/** How long the main thread may be silent before its CPU is recorded, in milliseconds. */
export const RECORD_AFTER_MS = 3_000
/** Main's verdict on a silence, at the earliest: the first heartbeat that it misses may have been due at once. */
const VERDICT_MS = UNRESPONSIVE_AFTER_MS - HEARTBEAT_INTERVAL_MS
/** The last beat is seen so late at most, and so is the time to write. */
const LATE_MS = 2 * VITALS_MS
/** What encoding and writing get on a busy machine, in milliseconds. */
const WRITING_MS = 3_000
/** How long it may be silent before what was recorded is to be written down: main finds it there. */
export const WRITE_AFTER_MS = VERDICT_MS - LATE_MS - WRITING_MS
/** A look that comes later than this finds a computer that slept, not a thread that is stuck. In milliseconds. */
const SLEPT_MS = 5_000

export type SilenceStep = 'none' | 'record' | 'write' | 'over'

/** Follows the main thread's heartbeat counter: pure, with the clock passed in. */
export class Silence {
  #beat = -1
  #since = 0
  #lookedAt = 0
  #isRecorded = false

  /**
   * What is to be done now: `record` and `over` once for each silence, `write` at each look from its time on, as a recording
   * that began late is too short at the first. `now` is monotonic, in milliseconds.
   */
  look(beat: number, now: number): SilenceStep {
    const slept = now - this.#lookedAt > SLEPT_MS
    this.#lookedAt = now
    if (beat !== this.#beat || slept) {
      const wasRecorded = this.#isRecorded
      this.#beat = beat
      this.#since = now
      this.#isRecorded = false
      return wasRecorded ? 'over' : 'none'
    }
    const unresponsiveMs = now - this.#since
    if (!this.#isRecorded && unresponsiveMs >= RECORD_AFTER_MS) {
      this.#isRecorded = true
      return 'record'
    }
    if (this.#isRecorded && unresponsiveMs >= WRITE_AFTER_MS) return 'write'
    return 'none'
  }
}
