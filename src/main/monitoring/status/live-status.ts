import type { SupervisorState } from '../../backend/supervisor-state'
import type { FailedJob } from '../../records/jobs/failed-job'
import type { Announce } from '../events'
import type { JobEvent } from '../jobs/job-event'
import { openStatusFile, type StatusSource } from './open-status-file'
import type { MemoryStatus } from './status'
import type { StatusFile } from './status-file'

export interface LiveStatusOptions extends Pick<StatusSource, 'dataFolder' | 'log'> {
  readonly status: () => Omit<ReturnType<StatusSource['status']>, 'responsive'>
  /** True while the engine that the backend runs responds, or there is none. */
  readonly engineResponds: () => boolean
  readonly memory: () => MemoryStatus
  readonly announce: Announce
}

/** Tells how the app is: its listeners of each event, and those outside by `status.json`. */
export class LiveStatus {
  readonly #options: LiveStatusOptions
  readonly #file: StatusFile
  #isSilent = false

  constructor(options: LiveStatusOptions) {
    const { dataFolder, log, status, engineResponds } = options
    this.#options = options
    this.#file = openStatusFile({
      dataFolder,
      log,
      status: () => ({ ...status(), responsive: !this.#isSilent && engineResponds() }),
    })
  }

  /** Tells of a state that has begun. */
  enter(state: SupervisorState, previous: SupervisorState): void {
    if (state === 'starting') this.#isSilent = false
    this.#file.enter(state, previous)
  }

  job(event: JobEvent): void {
    this.#file.heard(event)
    this.#options.announce('job', event)
  }

  /** Tells of a heartbeat, or that there is none any more. */
  health(responsive: boolean): void {
    if (this.#isSilent === responsive) this.#file.changed()
    this.#isSilent = !responsive
    const { announce, memory } = this.#options
    announce('health', { responsive, memory: memory(), at: new Date().toISOString() })
  }

  /** Tells that a spare process waits, or does no more. */
  standbyChanged(): void {
    this.#file.changed()
  }

  /** Counts a job on record. */
  countFailed(job: FailedJob): void {
    this.#file.jobFailed(job)
  }

  countDeath(): void {
    this.#file.died()
  }

  /** Tells for the last time: the app has ended as it should. */
  end(): void {
    this.#file.end()
  }
}
