import type { CpuProfile, CpuRecorder } from './cpu-recorder'

/** A profile that has run so long is cut for the next mark; the first is cut at once. In microseconds. */
const MIN_MICROS = 300_000
/** A heap this full gets a CPU recording of its own, for the case that it is the last. */
const RECORD_AT = 0.5
const FORGET_BELOW = RECORD_AT - 0.1

/** Has the CPU of a heap that may be filling recorded, so that a profile is at hand when it is full. */
export class NearCpu {
  #recorder: CpuRecorder | null = null
  #last: Buffer | null = null

  constructor(
    private readonly record: () => Promise<CpuRecorder>,
    private readonly encode: (cpu: CpuProfile) => Buffer,
  ) {}

  /** The newest; `null` when there is none yet. */
  get profile(): Buffer | null {
    return this.#last
  }

  /** @param share of the heap's limit that is in use */
  async follow(share: number): Promise<void> {
    if (share >= RECORD_AT) this.#recorder ??= await this.record()
    else if (share < FORGET_BELOW && this.#recorder) {
      const recorder = this.#recorder
      this.#recorder = null
      this.#last = null
      await recorder.end()
    }
  }

  /** @returns whether there is a newer one now */
  async cut(): Promise<boolean> {
    const recorder = this.#recorder
    if (!recorder || (this.#last && recorder.openMicros < MIN_MICROS)) return false
    const cpu = await recorder.cut()
    if (cpu) this.#last = this.encode(cpu)
    return cpu !== null
  }
}
