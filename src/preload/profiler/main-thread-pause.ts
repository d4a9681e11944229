import type { InspectorSession } from './inspector-session'
import { OWN_CODE } from './own-code'

/** The key under which the main thread's part is stored until the thread has found it. */
const PLACE = 'studio-datadog-monitor.hold'

/** Allows the profiler thread to pause the main thread, where this runs. `released` is one 32-bit integer. */
export function allowHold(released: Int32Array): void {
  // A backend may replace it later.
  const { wait } = Atomics
  // A CPU profile shows it by this name.
  const heldByProfiler = (number: number, ms: number) => void wait(released, 0, number - 1, ms)
  Object.defineProperty(globalThis, Symbol.for(PLACE), { value: heldByProfiler, configurable: true })
}

/** Pauses the main thread from the profiler thread, even in a loop that never yields. */
export class MainThreadPause {
  #begun = 0

  private constructor(
    private readonly session: InspectorSession,
    private readonly released: Int32Array,
    private readonly stop: string | undefined,
  ) {}

  static async prepare(session: InspectorSession, released: Int32Array): Promise<MainThreadPause> {
    const { result } = await session.post<{ result: { objectId?: string } }>('Runtime.evaluate', {
      expression: `(() => {
        const place = Symbol.for('${PLACE}')
        const hold = globalThis[place]
        delete globalThis[place]
        return hold
      })()${OWN_CODE}`,
      silent: true,
    })
    return new MainThreadPause(session, released, result.objectId)
  }

  /** Pauses the main thread after all earlier requests, until `end`, but for at most `ms`. */
  begin(ms: number): void {
    const number = ++this.#begun
    if (this.stop === undefined) return
    const held = this.session.post('Runtime.callFunctionOn', {
      objectId: this.stop,
      functionDeclaration: `function (number, ms) { this(number, ms)${OWN_CODE}}`,
      arguments: [{ value: number }, { value: ms }],
      silent: true,
    })
    held.catch(() => {})
  }

  /** Resumes the main thread, even if it has not paused yet. */
  end(): void {
    Atomics.store(this.released, 0, this.#begun)
    Atomics.notify(this.released, 0)
  }
}
