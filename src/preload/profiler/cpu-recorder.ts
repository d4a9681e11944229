import type { Profiler } from 'node:inspector'
import type { Session } from './inspector-session'
import { OWN_CODE } from './own-code'

/** Mean time between samples, in microseconds. */
export const CPU_INTERVAL_MICROS = 10_000

/** V8's samples of the main thread between two moments; times in microseconds since the epoch. */
export interface CpuProfile {
  readonly profile: Profiler.Profile
  readonly startMicros: number
  readonly endMicros: number
}

/** V8's own names: `(root)`, `(program)`, `(idle)`, `(garbage collector)`. */
const NO_FUNCTION = /^\((root|program|idle|garbage collector)\)$/

/** Tells whether any function was seen to run: a recording of a few milliseconds may have no sample. */
export function showsFunctions({ profile }: CpuProfile): boolean {
  return profile.nodes.some(
    ({ callFrame, hitCount = 0 }) => hitCount > 0 && !NO_FUNCTION.test(callFrame.functionName),
  )
}

interface Evaluated {
  readonly result: { readonly objectId?: string }
  readonly exceptionDetails?: { readonly text: string }
}

interface ConsoleFunctions {
  readonly objectId: string
}

/**
 * Samples the main thread's CPU without a gap. `Profiler.stop` would end V8's profiler, and the next one
 * would not know the frames that the optimiser has inlined by then (measured). Profiles begun by
 * `console.profile` may overlap: the next begins before the last ends, so that there is always one.
 */
export class CpuRecorder {
  /** Our open profiles, and the results of those that ended. */
  readonly #profiles = new Map<string, Profiler.Profile | null>()
  #stopListening: () => void = () => {}
  #console: ConsoleFunctions | null = null
  #names = 0
  /** The name of the open profile. */
  #open: string | null = null

  private constructor(
    private readonly session: Session,
    private readonly prefix: string,
    private readonly nowMicros: () => number,
  ) {}

  /** Prepares a session, once: the interval cannot change while anything is recorded. */
  static async prepare(session: Session): Promise<void> {
    await session.post('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_MICROS })
    // Last: from here on the backend's own `console.profile` is recorded too.
    await session.post('Profiler.enable')
  }

  /**
   * @param prefix keeps the names of two recorders, and those of the backend's own profiles, apart
   * @param nowMicros the wall clock, in microseconds since the epoch
   */
  static async start(session: Session, prefix: string, nowMicros: () => number): Promise<CpuRecorder> {
    const recorder = new CpuRecorder(session, prefix, nowMicros)
    recorder.#stopListening = session.onNotification<{ title?: string; profile: Profiler.Profile }>(
      'Profiler.consoleProfileFinished',
      ({ title = '', profile }) => {
        if (recorder.#profiles.has(title)) recorder.#profiles.set(title, profile)
      },
    )
    await recorder.cut()
    return recorder
  }

  /**
   * Ends the open profile and begins the next.
   * @returns the one that ended; `null` if there is none
   */
  async cut(): Promise<CpuProfile | null> {
    const last = this.#open
    const next = `${this.prefix}-${this.#names++}`
    this.#open = next
    return this.#swap(last, next)
  }

  /** Ends the recording for good. */
  async end(): Promise<CpuProfile | null> {
    const last = this.#open
    this.#open = null
    try {
      return await this.#swap(last, null)
    } finally {
      this.#stopListening()
    }
  }

  async #swap(last: string | null, next: string | null): Promise<CpuProfile | null> {
    if (next !== null) this.#profiles.set(next, null)
    this.#console ??= await this.#findConsole()
    const { exceptionDetails } = await this.session.post<Evaluated>('Runtime.callFunctionOn', {
      objectId: this.#console.objectId,
      functionDeclaration: `function (next, last) {
        if (next !== null) this.profile(next)
        if (last !== null) this.profileEnd(last)${OWN_CODE}}`,
      arguments: [{ value: next }, { value: last }],
      silent: true,
    })
    if (exceptionDetails) throw new Error(`console.profile: ${exceptionDetails.text}`)
    if (last === null) return null
    // The notification of a profile's end comes before the response to the call that ended it.
    const profile = this.#profiles.get(last)
    this.#profiles.delete(last)
    if (!profile) return null
    const endMicros = this.nowMicros()
    // By V8's own clock: if native code blocks the main thread, a profile begins and ends long after it was
    // asked to.
    return { profile, startMicros: endMicros - (profile.endTime - profile.startTime), endMicros }
  }

  /**
   * Finds V8's own functions, which its command line API has: a backend may have replaced its console by now.
   */
  async #findConsole(): Promise<ConsoleFunctions> {
    const { result } = await this.session.post<Evaluated>('Runtime.evaluate', {
      expression: `(() => {
        const native = [profile, profileEnd].every((each) => /\\[native code\\]/.test(each))
        return native ? { profile, profileEnd } : console
      })()${OWN_CODE}`,
      includeCommandLineAPI: true,
      silent: true,
    })
    if (result.objectId === undefined) throw new Error('the console has no profile function')
    return { objectId: result.objectId }
  }
}
