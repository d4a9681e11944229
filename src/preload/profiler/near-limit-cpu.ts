import { type CpuProfile, type CpuRecorder, showsFunctions } from './cpu-recorder'

/** Age at which a profile is cut for the next mark, in milliseconds; the first is cut at once. */
const MIN_OPEN_MS = 300
/**
 * Longest profile, in milliseconds: V8 keeps each sample until it is cut, and hands over all of them in one
 * go.
 */
const MAX_OPEN_MS = 20_000
/** Share of a limit from which CPU is recorded separately, in case it is the last. */
const RECORD_AT = 0.5
/** So does a heap that may be full so soon: from half of it on there might be no time for a sample. In milliseconds. */
const RECORD_SOON_MS = 1_000
/** Less than this of both ends the recording. */
const FORGET_BELOW = RECORD_AT - 0.1
const FORGET_AFTER_MS = RECORD_SOON_MS * 1.2

/** How near the memory is to its end. */
export interface Nearness {
  /** In use of the limit that is nearest: 0 to 1. */
  readonly share: number
  /** The heap is full then at the earliest, in milliseconds. */
  readonly fullInMs: number
}

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

  async follow({ share, fullInMs }: Nearness): Promise<void> {
    if (!this.#recorder) {
      if (share >= RECORD_AT || fullInMs < RECORD_SOON_MS) await this.#begin()
    } else if (share < FORGET_BELOW && fullInMs > FORGET_AFTER_MS) await this.#forget(this.#recorder)
    else if (this.now() - this.#openedAt >= MAX_OPEN_MS) await this.cut()
  }

  /** One without a function in it is none: the one before it stays. @returns whether there is a newer one now */
  async cut(): Promise<boolean> {
    const recorder = this.#recorder
    if (!recorder || (this.#last && this.now() - this.#openedAt < MIN_OPEN_MS)) return false
    const cpu = await recorder.cut()
    this.#openedAt = this.now()
    if (!cpu || !showsFunctions(cpu)) return false
    this.#last = this.encode(cpu)
    return true
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
