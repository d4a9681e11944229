import type { HeapSample, ProfileSetKind } from '../../common/protocol/profile-set'
import type { ProfilerReport } from './messages'
import type { ProfileFiles } from './profile-files'
import type { SourceMaps } from './source-maps'

/** The profiles of a set. Times in milliseconds since the epoch; `null` for no profile. */
export interface TakenSet {
  readonly start: number
  readonly end: number
  readonly wall: Buffer | null
  readonly space: Buffer | null
  readonly heap: HeapSample | null
  readonly samples: readonly HeapSample[]
}

/** Writes what was taken, and reports it, and problems. */
export class SetWriter {
  #failing = false

  constructor(
    private readonly files: ProfileFiles,
    private readonly report: (report: ProfilerReport) => void,
    private readonly maps: Pick<SourceMaps, 'areMissed'>,
    /** Node's id of the worker thread that is profiled; `null` for the main thread. */
    private readonly worker: number | null = null,
  ) {}

  /** @throws the disk's error */
  write(kind: ProfileSetKind, set: TakenSet): void {
    const { start, end, wall, space, heap, samples } = set
    this.files.write(
      {
        kind,
        start: new Date(start).toISOString(),
        end: new Date(end).toISOString(),
        heap: heap && { usedBytes: heap.usedBytes, limitBytes: heap.limitBytes },
        samples: [...samples],
        ...(this.worker !== null && { worker: this.worker }),
      },
      { wall, space },
      this.maps.areMissed,
    )
    this.#failing = false
    this.report({ type: 'written' })
  }

  /**
   * Removes the near-death set: the limit is no longer near.
   * @throws the disk's error
   */
  forgetNearDeath(): void {
    this.files.forgetNearDeath(this.worker)
  }

  /** Runs `take`; a disk or an inspector that fails is reported once, until a profile is written again. */
  async guarded(take: () => Promise<void>): Promise<void> {
    try {
      await take()
    } catch (error) {
      if (this.#failing) return
      this.#failing = true
      const reason = error instanceof Error ? error.message : String(error)
      this.report({
        type: 'warning',
        message: `a profile could not be taken: ${reason}; it is tried again`,
      })
    }
  }
}
