import { HEARTBEAT_INTERVAL_MS, UNRESPONSIVE_AFTER_MS } from '../../common/protocol/heartbeat'
import { VITALS_MS } from './messages'

/** Time without a beat after which the main thread's CPU is recorded, in milliseconds. */
export const RECORD_AFTER_MS = 3_000
/**
 * Earliest time at which main finds it unresponsive: the first heartbeat that is missing may have been due at
 * once.
 */
const VERDICT_MS = UNRESPONSIVE_AFTER_MS - HEARTBEAT_INTERVAL_MS
/** Longest delay in seeing the last beat, and in noticing the time to write. */
const LATE_MS = 2 * VITALS_MS
/** Time for encoding and writing on a busy machine, in milliseconds. */
const WRITING_MS = 3_000
/** How long it may be silent before what was recorded is to be written down: main finds it there. */
export const WRITE_AFTER_MS = VERDICT_MS - LATE_MS - WRITING_MS
/**
 * Delay of a check, in milliseconds, that means that the computer slept, not that the thread is unresponsive.
 */
const SLEPT_MS = 5_000

export type SilenceStep = 'none' | 'record' | 'write' | 'over'

/** Follows the main thread's heartbeat counter: pure, with the clock passed in. */
export class Silence {
  #beat = -1
  #since = 0
  #lookedAt = 0
  #isRecorded = false

  /**
   * The next step: `record` and `over` once for each silence, `write` at each look from its time on, as a recording
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
