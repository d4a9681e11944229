import type { CpuProfile, CpuRecorder } from './cpu-recorder'
import type { SilenceStep } from './unresponsive'

/**
 * Shortest useful recording, in microseconds: a shorter one shows what came after native code that blocked
 * the main thread.
 */
const MIN_MICROS = 1_000_000

/** Records the CPU of an unresponsive main thread. */
export class StuckRecording {
  #recorder: CpuRecorder | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(private readonly record: () => Promise<CpuRecorder>) {}

  /**
   * Runs one step after another: while native code blocks the main thread, the first is served only when that
   * is over.
   * @returns what is to be written, usually `null`
   */
  follow(step: SilenceStep): Promise<CpuProfile | null> {
    const taken = this.#last.then(() => this.#take(step))
    this.#last = taken.catch(() => {})
    return taken
  }

  async #take(step: SilenceStep): Promise<CpuProfile | null> {
    if (step === 'record') this.#recorder = await this.record()
    if (step === 'write') {
      const cpu = await this.#end()
      return cpu && cpu.endMicros - cpu.startMicros >= MIN_MICROS ? cpu : null
    }
    if (step === 'over') await this.#end()
    return null
  }

  async #end(): Promise<CpuProfile | null> {
    const recorder = this.#recorder
    this.#recorder = null
    return (await recorder?.end()) ?? null
  }
}
