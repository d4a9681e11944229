import { channel } from 'node:diagnostics_channel'
import { type EngineNews, RUNNER_NEWS } from '../../../common/protocol/runner-channel'
import { LeavingJobs } from './leaving-jobs'
import { MemoryBook } from './memory-book'
import type { ProbeMessage } from './messages'

/** Between two messages to main of the engine's memory, in milliseconds: nodes may end by the thousand. */
const TOGETHER_MS = 50

/** Tells main what the probe says of memory while the engine lives, so that its death needs no last word. */
export class MemoryNews {
  readonly #book = new MemoryBook()
  readonly #leaving = new LeavingJobs()
  readonly #publish: (news: EngineNews) => void
  #timer: NodeJS.Timeout | null = null

  constructor(publish: (news: EngineNews) => void = (news) => channel(RUNNER_NEWS).publish(news)) {
    this.#publish = publish
  }

  hear(message: ProbeMessage): void {
    const warning = this.#leaving.hear(message)
    if (warning !== null) this.#publish({ type: 'warning', message: warning })
    if (!this.#book.hear(message)) return
    // Growth comes ten times a second at most, and may be the last word.
    if (message.type === 'growth') this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), TOGETHER_MS)
  }

  /** Tells what is known at once. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const memory = this.#book.snapshot()
    if (memory) this.#publish({ type: 'engine-memory', ...memory })
  }
}
