import { isDeepStrictEqual } from 'node:util'
import { errorMessage } from '../../../common/storage/errors'
import { endForked, type ForkedProcess, forkProcess } from '../../backend/forked-process'
import type { Log } from '../../logging/log'
import type { AskedBackend, ProcessOptions } from './process-options'

export interface EarlyForkOptions {
  /** The options that the backend's process would be started with now. */
  readonly optionsOf: (backend: AskedBackend) => ProcessOptions
  /** A new run's `BACKEND_MARKER`. */
  readonly newMarker: () => string
  readonly log: Pick<Log, 'debug'>
}

interface Early {
  readonly forked: ForkedProcess
  readonly options: ProcessOptions
}

/**
 * The process of the next run, forked the moment that a backend has died: it starts and loads what is ours while the death is
 * written down, and runs nothing of the backend's before that is done.
 */
export class EarlyFork {
  readonly #options: EarlyForkOptions
  #early: Early | null = null

  constructor(options: EarlyForkOptions) {
    this.#options = options
  }

  /** Forks it. Never throws: what cannot be forked now is told by the next start. */
  begin(backend: AskedBackend): void {
    this.discard()
    const options = this.#options.optionsOf(backend)
    try {
      const early = { options, forked: forkProcess({ ...options, marker: this.#options.newMarker() }) }
      this.#early = early
      early.forked.child.once('exit', () => this.#lose(early))
    } catch (error) {
      this.#options.log.debug('the next process could not be forked ahead of time', {
        error: errorMessage(error),
      })
    }
  }

  /** The process, if there is one and a fork now would be the same; else `null`, and there is none left. */
  take(backend: AskedBackend): ForkedProcess | null {
    if (!this.#early) return null
    const { forked, options } = this.#early
    if (!isDeepStrictEqual(options, this.#options.optionsOf(backend))) {
      this.discard()
      return null
    }
    this.#early = null
    return forked
  }

  /** Ends the process where nothing is started after all. */
  discard(): void {
    if (this.#early) endForked(this.#early.forked)
    this.#early = null
  }

  /** Forgets a process that has died before it was anybody's: the next start forks its own. */
  #lose(early: Early): void {
    if (this.#early !== early) return
    this.#options.log.debug('the process that was forked ahead of time has ended')
    this.discard()
  }
}
