import { AsyncResource } from 'node:async_hooks'
import { channel, tracingChannel } from 'node:diagnostics_channel'
import type { Span, Tracer } from 'dd-trace'
import type { JobMemory } from '../../common/protocol/messages'
import type { Outcome } from './api/jobs'

interface JobContext {
  readonly id: string
  readonly name?: string
  readonly kind: string
  progress?: number
  memory?: JobMemory
}

const running = tracingChannel<unknown, JobContext>('studio.job')
const queued = channel('studio.job.queued')
const cancelled = channel('studio.job.cancelled')

/** The engine's words about a node's error, as an error. */
class EngineJobError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    /** Python's own traceback; `null` where it is not known. */
    stack: string | null = null,
  ) {
    super(message)
    // Its own stack would lead into this file.
    this.stack = stack ?? `${name}: ${message}`
  }
}

/** Publishes one job of the engine on the public job channels. */
export class EngineJob {
  readonly #context: JobContext
  readonly #tracer: Tracer | null
  #settle: ((outcome: Outcome) => void) | null = null
  /** The async context in which the job's span is active. */
  #scope: AsyncResource | null = null
  #span: Span | null = null

  constructor(id: string, tracer: Tracer | null, name: string | null = null) {
    this.#context = { id, kind: 'prompt', ...(name !== null && { name }) }
    this.#tracer = tracer
    queued.publish(this.#context)
  }

  /** The object that the job is known by on the channels. */
  get context(): object {
    return this.#context
  }

  /** The job's span while it runs. */
  get span(): Span | null {
    return this.#span
  }

  /** The job's progress, from 0 to 1. */
  set progress(share: number) {
    this.#context.progress = share
  }

  /** The memory that it took, and the node that failed; for the record, if it needs one. */
  set memory(memory: JobMemory) {
    this.#context.memory = memory
  }

  start(): void {
    const run = () => {
      this.#scope = new AsyncResource('StudioEngineJob')
      this.#span = this.#tracer?.scope().active() ?? null
      return new Promise<void>((resolve, reject) => {
        this.#settle = (outcome) => {
          const error = errorOf(outcome)
          if (error) reject(error)
          else resolve()
        }
      })
    }
    // The channel's subscribers have the error by then.
    running.tracePromise(run, this.#context).catch(() => {})
  }

  end(outcome: Outcome): void {
    this.#settle?.(outcome)
    this.#span = null
  }

  /** Withdraws a waiting job, which will not run. */
  withdraw(): void {
    cancelled.publish(this.#context)
  }

  /** Runs an action within the job's span, such as writing a line of the engine's output. */
  run(action: () => void): void {
    if (this.#scope) this.#scope.runInAsyncScope(action)
    else action()
  }
}

function errorOf(outcome: Outcome): Error | null {
  switch (outcome.state) {
    case 'done':
      return null
    case 'cancelled':
      return Object.assign(new Error('the user interrupted the job'), { name: 'AbortError' })
    case 'failed': {
      const { type, message, nodeId, nodeType, stack } = outcome.error
      const where = [nodeType, nodeId === null ? null : `node ${nodeId}`].filter(Boolean).join(', ')
      return new EngineJobError(type, where ? `${message} (${where})` : message, stack)
    }
  }
}
