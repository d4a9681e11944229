import { performance } from 'node:perf_hooks'

/** Longest time in ms that a job may block the event loop between two rows. */
const SLICE_MS = 15

/** Thrown inside a job when its user has stopped it. */
export class Interrupted extends Error {
  override readonly name = 'InterruptProcessingException'
}

/**
 * Lets other work use the event loop now and then; `breathe` rejects with Interrupted once `signal` is
 * aborted.
 */
export class Pace {
  #since = performance.now()
  readonly #signal: AbortSignal

  constructor(signal: AbortSignal) {
    this.#signal = signal
  }

  async breathe(): Promise<void> {
    if (performance.now() - this.#since >= SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve))
      this.#since = performance.now()
    }
    if (this.#signal.aborted) throw new Interrupted('Processing interrupted')
  }
}
