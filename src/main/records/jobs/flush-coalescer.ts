import type { FailedJob } from './failed-job'

/** Time within which job errors share one flush to the disk, in milliseconds. */
const SETTLE_MS = 100

/**
 * Coalesces records that come in quick succession: the first is flushed at once, those right after it
 * together.
 */
export class FlushCoalescer {
  private records: FailedJob[] = []
  private timer: NodeJS.Timeout | null = null
  private notBefore = 0

  /** @param now milliseconds since the epoch */
  constructor(
    private readonly now: () => number,
    private readonly settle: (records: readonly FailedJob[]) => void,
  ) {}

  add(record: FailedJob): void {
    this.records.push(record)
    // Never longer than the pause: the wall clock may have been set back.
    const wait = Math.min(this.notBefore - this.now(), SETTLE_MS)
    if (wait <= 0) this.flush()
    else this.timer ??= setTimeout(() => this.flush(), wait).unref()
  }

  /** Flushes what is pending now. */
  flush(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    const records = this.records
    if (records.length === 0) return
    this.records = []
    this.notBefore = this.now() + SETTLE_MS
    this.settle(records)
  }
}
