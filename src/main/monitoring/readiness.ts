/** Tells those who wait for the backend that it is ready, or why it will not be. */
export class Readiness {
  readonly #waiting = new Set<{ resolve: () => void; reject: (error: Error) => void }>()

  /** Resolves when the backend is ready. @throws when it ends, gives up, or is stopped before */
  wait(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }))
  }

  ready(): void {
    for (const { resolve } of this.#waiting) resolve()
    this.#waiting.clear()
  }

  notReady(why: string): void {
    for (const { reject } of this.#waiting) reject(new Error(`the backend does not get ready: ${why}`))
    this.#waiting.clear()
  }
}
