import type { CpuProfile, CpuRecorder } from './cpu-recorder'
import type { SilenceStep } from './unresponsive'

/** A shorter recording shows what came after: the main thread was stuck in native code. In microseconds. */
const MIN_MICROS = 1_000_000

/** Records the CPU of a main thread that is stuck. */
export class StuckRecording {
  #recorder: CpuRecorder | null = null
  #last: Promise<unknown> = Promise.resolve()

  constructor(private readonly record: () => Promise<CpuRecorder>) {}

  /**
   * Takes one step after another: a main thread stuck in native code answers the first only when it is over.
   * @returns what is to be written down, `null` mostly
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
