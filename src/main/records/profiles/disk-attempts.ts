import { errorMessage } from '../../../common/storage/errors'
import type { Log } from '../../logging/log'
import { TroubleLines } from '../../logging/trouble-lines'

/** Tries what a disk may refuse. It says so once, and once more when the disk no longer does; nothing is thrown. */
export class DiskAttempts {
  readonly #lines: TroubleLines

  /**
   * @param trouble said with the error when it begins
   * @param relief said when it is over
   */
  constructor(log: Log, trouble: string, relief: string) {
    this.#lines = new TroubleLines((error) => {
      if (error === null) log.info(relief)
      else log.error(trouble, { error })
    })
  }

  /** @returns whether it worked */
  attempt(act: () => void): boolean {
    try {
      act()
    } catch (error) {
      return this.failed(error)
    }
    this.#lines.is(null)
    return true
  }

  /** An attempt that would be in vain. @returns false */
  failed(error: unknown): false {
    this.#lines.is(errorMessage(error))
    return false
  }
}
