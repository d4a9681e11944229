/** Settles when `done` is called, when `start` throws or when the time is over: an absent Agent never calls it. */
export function within(deadlineMs: number, start: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(resolve, deadlineMs)
    const done = () => {
      clearTimeout(deadline)
      resolve()
    }
    try {
      start(done)
    } catch {
      done()
    }
  })
}
