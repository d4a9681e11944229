import type { CpuProfile, CpuRecorder } from './cpu-recorder'
import type { SilenceStep } from './unresponsive'

/** A shorter recording may show what came after: the main thread was stuck in native code. In milliseconds. */
export const MIN_RECORDED_MS = 1_000

/** Records the CPU of an unresponsive main thread. */
export class StuckRecording {
  #recording: { readonly recorder: CpuRecorder; readonly since: number } | null = null
  #last: Promise<unknown> = Promise.resolve()

  /** `now` is monotonic, in milliseconds. */
  constructor(
    private readonly record: () => Promise<CpuRecorder>,
    private readonly now: () => number,
  ) {}

  /**
   * Takes one step after another: a main thread stuck in native code answers the first only when it is over. A recording
   * that is still too short to be written down goes on until it is asked for again.
   * @returns what is to be written down, `null` mostly
   */
  follow(step: SilenceStep): Promise<CpuProfile | null> {
    if (step === 'write' && !this.#isLongEnough()) return Promise.resolve(null)
    const taken = this.#last.then(() => this.#take(step))
    this.#last = taken.catch(() => {})
    return taken
  }

  /** Counted from the main thread's answer: when it was asked says nothing of when it began to be recorded. */
  #isLongEnough(): boolean {
    return this.#recording !== null && this.now() - this.#recording.since >= MIN_RECORDED_MS
  }

  async #take(step: SilenceStep): Promise<CpuProfile | null> {
    if (step === 'record') this.#recording = { recorder: await this.record(), since: this.now() }
    if (step === 'write') return this.#end()
    if (step === 'over') await this.#end()
    return null
  }

  async #end(): Promise<CpuProfile | null> {
    const recording = this.#recording
    this.#recording = null
    return (await recording?.recorder.end()) ?? null
  }
}
