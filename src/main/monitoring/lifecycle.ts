/** The calls by which the lifecycle drives one session of the monitor at a time. */
export interface LifecyclePorts<Change> {
  /** Opens a session and starts its backend. Aborted when it is no longer wanted: then it leaves nothing behind. */
  open(change: Change | null, signal: AbortSignal): Promise<void>
  /** Starts the backend of the open session unless one runs or waits for its restart. */
  start(): Promise<void>
  /** Ends the open session's backend, if there is one, and starts it afresh, unless that was aborted meanwhile. */
  restart(change: Change | null, signal: AbortSignal): Promise<void>
  /** Ends the open session and its backend. Never rejects. */
  close(): Promise<void>
  /** One restart with what two asked for, the later one last. */
  merge(earlier: Change | null, later: Change | null): Change | null
}

type Wish<Change> =
  | { readonly kind: 'start' | 'stop' }
  | { readonly kind: 'restart'; readonly change: Change | null }

interface Pending<Change> {
  wish: Wish<Change>
  readonly done: Promise<void>
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Puts calls of `start`, `restart`, `stop` and `quit` in order, however they overlap: one thing is done at a time, what is
 * asked meanwhile is put together, and in the end things are as the last call asked. A stop ends a start that is under way.
 */
export class Lifecycle<Change> {
  readonly #ports: LifecyclePorts<Change>
  #isOpen = false
  #isQuitting = false
  #pending: Pending<Change> | null = null
  #isWorking = false
  #starting: AbortController | null = null

  constructor(ports: LifecyclePorts<Change>) {
    this.#ports = ports
  }

  /** True while there is a session, or something is being done about one. */
  get isActive(): boolean {
    return this.#isOpen || this.#isWorking
  }

  /** Resolves when the backend has been started, or a later call was followed instead. @throws what the start throws */
  start(): Promise<void> {
    return this.#ask({ kind: 'start' })
  }

  /** Resolves when the backend has been started afresh, or a later call was followed instead. @throws what that throws */
  restart(change: Change | null = null): Promise<void> {
    return this.#ask({ kind: 'restart', change })
  }

  /** Resolves when the session has ended, or a later start was followed. Never rejects. */
  stop(): Promise<void> {
    this.#starting?.abort()
    return this.#ask({ kind: 'stop' })
  }

  /** Stops for good. Never rejects. */
  quit(): Promise<void> {
    this.#isQuitting = true
    return this.stop()
  }

  #ask(wish: Wish<Change>): Promise<void> {
    // Nothing is started any more; `StudioMonitor` refuses it with a reason.
    if (this.#isQuitting && wish.kind !== 'stop') return Promise.resolve()
    if (this.#pending) this.#pending.wish = this.#combined(this.#pending.wish, wish)
    else this.#pending = pendingOf(wish)
    const { done } = this.#pending
    if (!this.#isWorking) void this.#work()
    return done
  }

  /** The one wish that two come to, of which nothing has been done. */
  #combined(earlier: Wish<Change>, later: Wish<Change>): Wish<Change> {
    if (later.kind === 'stop') return later
    if (earlier.kind === 'start' && later.kind === 'start') return later
    // A stop that is followed by a start ends what runs, as a restart does.
    const { merge } = this.#ports
    const [before, after] = [earlier, later].map((wish) => (wish.kind === 'restart' ? wish.change : null))
    return { kind: 'restart', change: merge(before ?? null, after ?? null) }
  }

  async #work(): Promise<void> {
    this.#isWorking = true
    // Calls of one turn are put together before anything is done.
    await Promise.resolve()
    for (let next = this.#pending; next; next = this.#pending) {
      this.#pending = null
      try {
        await this.#do(next.wish)
        next.resolve()
      } catch (error) {
        next.reject(error)
      }
    }
    this.#isWorking = false
  }

  async #do(wish: Wish<Change>): Promise<void> {
    if (wish.kind !== 'stop') return this.#begin(wish)
    if (!this.#isOpen) return
    await this.#ports.close()
    this.#isOpen = false
  }

  async #begin(wish: Wish<Change>): Promise<void> {
    const change = wish.kind === 'restart' ? wish.change : null
    const starting = new AbortController()
    this.#starting = starting
    try {
      if (!this.#isOpen) {
        await this.#ports.open(change, starting.signal)
        this.#isOpen = true
      } else if (wish.kind === 'start') await this.#ports.start()
      else await this.#ports.restart(change, starting.signal)
    } catch (error) {
      // Nobody wants to know any more why it could not be started.
      if (!starting.signal.aborted) throw error
    } finally {
      this.#starting = null
    }
  }
}

function pendingOf<Change>(wish: Wish<Change>): Pending<Change> {
  let [resolve, reject]: [() => void, (error: unknown) => void] = [() => {}, () => {}]
  const done = new Promise<void>((onDone, onError) => {
    resolve = onDone
    reject = onError
  })
  return { wish, done, resolve, reject }
}
