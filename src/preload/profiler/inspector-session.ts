import inspector from 'node:inspector'

/** The inspector of a thread, as far as profiling needs it. */
export interface Session {
  /** Sends a command. Rejects with the inspector's own error. */
  post<Result = void>(method: string, params?: object): Promise<Result>
  /** @returns a function that removes the listener */
  onNotification<Params>(method: string, listener: (params: Params) => void): () => void
}

/**
 * The main thread's inspector, as far as profiling needs it; commands are served even in a synchronous loop.
 */
export class InspectorSession implements Session {
  readonly #session = new inspector.Session()

  /**
   * Connects, from a worker thread only.
   * @throws if the main thread has no inspector
   */
  static connect(): InspectorSession {
    const session = new InspectorSession()
    session.#session.connectToMainThread()
    return session
  }

  /** Sends a command. Rejects with the inspector's own error. Never settles once the main thread has died. */
  post<Result = void>(method: string, params: object = {}): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, params, (error: Error | null, result?: object) => {
        if (error) reject(new Error(`${method}: ${error.message}`))
        else resolve(result as Result)
      })
    })
  }

  /** @returns a function that removes the listener: a session lives as long as the process */
  onNotification<Params>(method: string, listener: (params: Params) => void): () => void {
    const onMessage = ({ params }: { params: Params }) => listener(params)
    this.#session.on(method, onMessage)
    return () => this.#session.off(method, onMessage)
  }

  /** Disconnects; any later command is rejected. */
  disconnect(): void {
    this.#session.disconnect()
  }
}
