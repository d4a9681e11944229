import type { CpuProfile, CpuRecorder } from './cpu-recorder'

/** Age at which a profile is cut for the next mark, in milliseconds; the first is cut at once. */
const MIN_OPEN_MS = 300
/**
 * Longest profile, in milliseconds: V8 keeps each sample until it is cut, and hands over all of them in one
 * go.
 */
const MAX_OPEN_MS = 20_000
/** Share of a limit from which CPU is recorded separately, in case it is the last. */
const RECORD_AT = 0.5
const FORGET_BELOW = RECORD_AT - 0.1

/** Records the CPU of a backend whose memory may be filling, so that there is a profile when it is full. */
export class NearLimitCpu {
  #recorder: Pick<CpuRecorder, 'cut' | 'end'> | null = null
  #openedAt = 0
  #last: Buffer | null = null

  /** `now` is monotonic, in milliseconds. */
  constructor(
    private readonly record: () => Promise<Pick<CpuRecorder, 'cut' | 'end'>>,
    private readonly encode: (cpu: CpuProfile) => Buffer,
    private readonly now: () => number,
  ) {}

  /** The newest profile; `null` if there is none yet. */
  get profile(): Buffer | null {
    return this.#last
  }

  /** @param share of the nearest limit */
  async follow(share: number): Promise<void> {
    if (!this.#recorder) {
      if (share >= RECORD_AT) await this.#begin()
    } else if (share < FORGET_BELOW) await this.#forget(this.#recorder)
    else if (this.now() - this.#openedAt >= MAX_OPEN_MS) await this.cut()
  }

  /** @returns true if there is a newer one now */
  async cut(): Promise<boolean> {
    const recorder = this.#recorder
    if (!recorder || (this.#last && this.now() - this.#openedAt < MIN_OPEN_MS)) return false
    const cpu = await recorder.cut()
    this.#openedAt = this.now()
    if (cpu) this.#last = this.encode(cpu)
    return cpu !== null
  }

  async #begin(): Promise<void> {
    this.#recorder = await this.record()
    this.#openedAt = this.now()
  }

  async #forget(recorder: Pick<CpuRecorder, 'end'>): Promise<void> {
    this.#recorder = null
    this.#last = null
    await recorder.end()
  }
}
