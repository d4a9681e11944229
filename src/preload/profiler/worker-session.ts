import type { Session } from './inspector-session'

interface Answer {
  readonly id?: number
  readonly method?: string
  readonly params?: object
  readonly result?: object
  readonly error?: { readonly message: string }
}

/**
 * The inspector of one of the backend's worker threads, reached through that of its main thread (`NodeWorker`), which
 * passes messages on even in a synchronous loop.
 */
export class WorkerSession implements Session {
  readonly #waiting = new Map<number, (answer: Answer) => void>()
  readonly #listeners = new Map<string, Set<(params: object) => void>>()
  #ids = 0

  constructor(
    private readonly main: Session,
    private readonly sessionId: string,
  ) {}

  /** Never settles once the worker has ended. */
  async post<Result = void>(method: string, params: object = {}): Promise<Result> {
    const id = ++this.#ids
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve))
    const message = JSON.stringify({ id, method, params })
    await this.main.post('NodeWorker.sendMessageToWorker', { sessionId: this.sessionId, message })
    const { error, result } = await answered
    if (error) throw new Error(`${method}: ${error.message}`)
    return result as Result
  }

  onNotification<Params>(method: string, listener: (params: Params) => void): () => void {
    const listeners = this.#listeners.get(method) ?? new Set()
    this.#listeners.set(method, listeners)
    const added = listener as (params: object) => void
    listeners.add(added)
    return () => listeners.delete(added)
  }

  /** Takes what the worker's inspector sent. */
  receive(message: string): void {
    const answer: Answer = JSON.parse(message)
    if (answer.id !== undefined) {
      this.#waiting.get(answer.id)?.(answer)
      this.#waiting.delete(answer.id)
    } else if (answer.method !== undefined) {
      for (const listener of this.#listeners.get(answer.method) ?? []) listener(answer.params ?? {})
    }
  }
}
