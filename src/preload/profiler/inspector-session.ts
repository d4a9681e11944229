import { Session } from 'node:inspector'

/** The main thread's inspector, as far as profiling needs it; commands are served even in a synchronous loop. */
export class InspectorSession {
  readonly #session = new Session()

  /** From a worker thread only. @throws when the main thread has no inspector */
  static connect(): InspectorSession {
    const session = new InspectorSession()
    session.#session.connectToMainThread()
    return session
  }

  /** Rejects with the inspector's own error. Never settles once the main thread has died. */
  post<Result = void>(method: string, params: object = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error: Error | null, result?: object) => {
        if (error) reject(new Error(`${method}: ${error.message}`))
        else resolve(result as Result)
      })
    })
  }

  /** @returns what ends it: a session lives as long as the process, who listens may not */
  onNotification<Params>(method: string, listener: (params: Params) => void): () => void {
    const onMessage = ({ params }: { params: Params }) => listener(params)
    this.#session.on(method, onMessage)
    return () => this.#session.off(method, onMessage)
  }

  /** Whatever is sent from here on is rejected. */
  disconnect(): void {
    this.#session.disconnect()
  }
}
