import type { PythonFrame } from '../../../common/engine/python-stack'
import type { ProbeMessage } from '../probe-link/messages'
import { describePlace } from './stuck-place'

/** Time without a node, progress or output after which a job is told of, in milliseconds. */
export const STALLED_AFTER_MS = 10 * 60_000
/** Time between two checks, in milliseconds, that means that the computer slept, or this process. */
const SLEPT_MS = 5_000

interface Running {
  readonly id: string
  at: number
  node: { readonly id: string; readonly type: string | null } | null
  movedAt: number
  isTold: boolean
}

/** Tells once of a job that shows no sign of life: pure, with a monotonic clock in milliseconds passed in. */
export class JobStall {
  #running: Running | null = null
  #place: PythonFrame | null = null
  #checkedAt: number | null = null
  readonly #afterMs: number

  constructor(afterMs: number = STALLED_AFTER_MS) {
    this.#afterMs = afterMs
  }

  onMessage(message: ProbeMessage, now: number): void {
    switch (message.type) {
      case 'started':
        this.#running = { id: message.id, at: now, node: null, movedAt: now, isTold: false }
        break
      case 'node':
        this.#move(now)
        if (this.#running) this.#running.node = { id: message.id, type: message.class }
        break
      case 'node-end':
      case 'progress':
        this.#move(now)
        break
      case 'beat':
        this.#place = message.place
        break
      case 'ended':
      case 'hello':
        this.#running = null
    }
  }

  /** The engine has written something. */
  onOutput(now: number): void {
    this.#move(now)
  }

  /** Looks for one; call it about once a second. @returns a line for the log; `null` for none */
  check(now: number): string | null {
    this.#forgetSleep(now)
    const job = this.#running
    if (job === null || job.isTold || now - job.movedAt < this.#afterMs) return null
    job.isTold = true
    const node = job.node === null ? '' : `, in ${job.node.type ?? 'a node'} (node ${job.node.id})`
    const where = this.#place === null ? '' : `, at ${describePlace({ frame: this.#place })}`
    const minutes = Math.round((now - job.movedAt) / 60_000)
    const total = Math.round((now - job.at) / 60_000)
    return `job ${job.id} has shown no node, progress or output for ${minutes} min of the ${total} min that it has run${node}${where}: it may hang; interrupt it if it should have ended`
  }

  /** While the computer slept the job did not run, and nobody expects anything of it. */
  #forgetSleep(now: number): void {
    const before = this.#checkedAt
    this.#checkedAt = now
    const job = this.#running
    if (!job || before === null || now - before <= SLEPT_MS) return
    const slept = Math.max(0, now - Math.max(before, job.movedAt))
    job.at += slept
    job.movedAt += slept
  }

  #move(now: number): void {
    if (this.#running) this.#running.movedAt = now
  }
}
