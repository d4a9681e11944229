import { errorMessage } from '../../../common/storage/errors'
import type { Log } from '../../logging/log'

/** Tries what a disk may refuse. It says so once, and once more when the disk no longer does; nothing is thrown. */
export class DiskAttempts {
  #failing = false

  /**
   * @param trouble said with the error when it begins
   * @param relief said when it is over
   */
  constructor(
    private readonly log: Log,
    private readonly trouble: string,
    private readonly relief: string,
  ) {}

  /** @returns whether it worked */
  attempt(act: () => void): boolean {
    try {
      act()
    } catch (error) {
      return this.failed(error)
    }
    if (this.#failing) this.log.info(this.relief)
    this.#failing = false
    return true
  }

  /** An attempt that would be in vain. @returns false */
  failed(error: unknown): false {
    if (!this.#failing) this.log.error(this.trouble, { error: errorMessage(error) })
    this.#failing = true
    return false
  }
}
