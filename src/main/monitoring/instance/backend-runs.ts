import type { IdleRunner } from '../../backend/process'
import type { StartableBackend } from '../session-context'
import type { BackendInstance } from './backend-instance'

export interface BackendRunsOptions {
  /** The backend that the next run is started with. */
  readonly backend: () => StartableBackend
  /** @param idleRunner the runner that starts the next engine; `null` for a process of its own */
  readonly launch: (generation: number, idleRunner: IdleRunner | null) => BackendInstance
  /**
   * Called when the runner of a generation is over, and no engine that follows keeps its jobs.
   * @param isGivenUp true where it keeps jobs that nobody is to run
   */
  readonly onRunnerOver: (generation: number, isGivenUp: boolean) => void
}

/** The runs of the backend, one after the other. A generation is what one process began: its runner may start several engines. */
export class BackendRuns {
  readonly #options: BackendRunsOptions
  #current: BackendInstance | null = null
  /** The backend that the last run was started with. */
  #backend: StartableBackend | null = null
  #generation = 0

  constructor(options: BackendRunsOptions) {
    this.#options = options
  }

  /** The last run, also when it is over; `null` before the first. */
  get current(): BackendInstance | null {
    return this.#current
  }

  get generation(): number {
    return this.#generation
  }

  /** True if the last run was started with Studio's engine. */
  get hasEngine(): boolean {
    return this.#backend?.engine != null
  }

  /** Starts the next run. @throws where it cannot be forked */
  start(): BackendInstance {
    const idleRunner = this.#takeIdleRunner()
    // Should the fork fail, the run before it is not to blame.
    this.#current = null
    this.#backend = this.#options.backend()
    this.#current = this.#options.launch(this.#generation, idleRunner)
    return this.#current
  }

  /**
   * The runner that has outlived its engine, to start the next one with the jobs that it keeps; `null` where there is none,
   * or another backend is asked for: then those jobs are given up.
   */
  #takeIdleRunner(): IdleRunner | null {
    const idle = this.#current?.idleRunner ?? null
    if (idle && this.#backend === this.#options.backend()) return idle
    this.#options.onRunnerOver(this.#generation, idle !== null)
    void this.#current?.dismissRunner(false)
    this.#generation += 1
    return null
  }
}
