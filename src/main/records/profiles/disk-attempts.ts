import { errorMessage } from '../../../common/storage/errors'
import type { Log } from '../../logging/log'

/**
 * Attempts disk operations that may fail. It reports the first failure, and when the disk works again;
 * nothing is thrown.
 */
export class DiskAttempts {
  #failing = false

  /**
   * @param trouble logged with the error at the first failure
   * @param relief logged when it is over
   */
  constructor(
    private readonly log: Log,
    private readonly trouble: string,
    private readonly relief: string,
  ) {}

  /** @returns true if it worked */
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

  /**
   * Counts an attempt that would be in vain.
   * @returns false
   */
  failed(error: unknown): false {
    if (!this.#failing) this.log.error(this.trouble, { error: errorMessage(error) })
    this.#failing = true
    return false
  }
}
