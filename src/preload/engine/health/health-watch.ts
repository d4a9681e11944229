import { channel } from 'node:diagnostics_channel'
import { type EngineHealthNews, RUNNER_NEWS } from '../../../common/protocol/runner-channel'
import type { ProbeMessage } from '../probe-link/messages'
import { EngineHealth } from './engine-health'
import { JobStall } from './job-stall'

const CHECK_MS = 1_000

export interface HealthWatchOptions {
  /** One line for the log. */
  readonly say: (line: string) => void
  readonly publish?: (event: EngineHealthNews) => void
}

/** Watches over one engine by what its probe says, and tells main. */
export class HealthWatch {
  readonly #options: Required<HealthWatchOptions>
  readonly #health = new EngineHealth(performance.now())
  readonly #stall = new JobStall()
  readonly #timer: NodeJS.Timeout

  constructor({ publish = (event) => channel(RUNNER_NEWS).publish(event), say }: HealthWatchOptions) {
    this.#options = { publish, say }
    this.#timer = setInterval(() => this.#check(), CHECK_MS).unref()
  }

  onMessage(message: ProbeMessage): void {
    const now = performance.now()
    this.#health.onMessage(message, now)
    this.#stall.onMessage(message, now)
  }

  onWatchdog(text: string): void {
    this.#health.onWatchdog(text, performance.now())
  }

  /** The engine speaks no more: it ends, replaces itself, or a custom node has closed what is not its own. */
  onClosed(): void {
    this.#health.onClosed()
  }

  onOutput(): void {
    this.#stall.onOutput(performance.now())
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #check(): void {
    const now = performance.now()
    const line = this.#stall.check(now)
    if (line !== null) this.#options.say(line)
    const event = this.#health.check(now)
    if (event !== null) this.#options.publish(event)
  }
}
