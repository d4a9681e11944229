import { errorMessage } from '../../../common/storage/errors'
import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'

/**
 * Attempts disk operations that may fail. It reports the first failure, and when the disk works again;
 * nothing is thrown.
 */
export class DiskAttempts {
  readonly #lines: TroubleLines

  /**
   * @param trouble logged with the error at the first failure
   * @param relief logged when it is over
   */
  constructor(log: Log, trouble: string, relief: string) {
    this.#lines = new TroubleLines((error) => {
      if (error === null) log.info(relief)
      else log.error(trouble, { error })
    })
  }

  /** @returns true if it worked */
  attempt(act: () => void): boolean {
    try {
      act()
    } catch (error) {
      return this.failed(error)
    }
    this.#lines.is(null)
    return true
  }

  /**
   * Counts an attempt that would be in vain.
   * @returns false
   */
  failed(error: unknown): false {
    this.#lines.is(errorMessage(error))
    return false
  }
}
