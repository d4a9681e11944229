/**
 * Calls at once and again after each pause, until the signal aborts. It holds the process meanwhile.
 * @param pauseMs between two calls, in milliseconds
 */
export async function everyWhile(signal: AbortSignal, pauseMs: number, call: () => void): Promise<void> {
  while (!signal.aborted) {
    call()
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, pauseMs)
      signal.addEventListener('abort', done)
    })
  }
}
