import { channel } from 'node:diagnostics_channel'
import { type EngineNews, RUNNER_NEWS } from '../../../common/protocol/runner-channel'
import { LeavingJobs } from './leaving-jobs'
import { MemoryBook } from './memory-book'
import type { ProbeMessage } from './messages'
import { UsageBook } from './usage-book'

/** Between two messages to main of the engine's memory, in milliseconds: nodes may end by the thousand. */
const TOGETHER_MS = 50
/** Between two messages of what jobs and nodes took, in milliseconds: half the time of a metric's point. */
const USAGE_EVERY_MS = 5_000

const AT_ONCE: ReadonlySet<ProbeMessage['type']> = new Set(['growth', 'started', 'asks'])

/** Tells main what the probe says of memory while the engine lives, so that its death needs no last word. */
export class MemoryNews {
  readonly #book = new MemoryBook()
  readonly #leaving = new LeavingJobs()
  readonly #publish: (news: EngineNews) => void
  readonly #usage = new UsageBook()
  #timer: NodeJS.Timeout | null = null
  #usageTimer: NodeJS.Timeout | null = null

  constructor(publish: (news: EngineNews) => void = (news) => channel(RUNNER_NEWS).publish(news)) {
    this.#publish = publish
  }

  hear(message: ProbeMessage): void {
    const warning = this.#leaving.hear(message)
    if (warning !== null) this.#publish({ type: 'warning', message: warning })
    if (this.#usage.hear(message))
      this.#usageTimer ??= setTimeout(() => this.#tellUsage(), USAGE_EVERY_MS).unref()
    if (!this.#book.hear(message)) return
    if (message.type === 'left' && message.resident !== null)
      this.#publish({ type: 'job-left', id: message.id, residentBytes: Math.max(0, message.resident) })
    // Growth comes ten times a second at most, and may be the last word.
    // What is held as a job begins, or asks to, is what it is judged by.
    if (AT_ONCE.has(message.type)) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), TOGETHER_MS)
  }

  /** Tells what is known at once. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const memory = this.#book.snapshot()
    if (memory) this.#publish({ type: 'engine-memory', ...memory })
  }

  /** Tells what is left once the engine has ended. */
  finish(): void {
    if (this.#timer) this.flush()
    this.#tellUsage()
  }

  #tellUsage(): void {
    if (this.#usageTimer) clearTimeout(this.#usageTimer)
    this.#usageTimer = null
    const usage = this.#usage.take()
    if (usage) this.#publish({ type: 'engine-usage', ...usage })
  }
}
