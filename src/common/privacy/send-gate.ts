import { onePerProcess } from '../bundle/one-per-process'
import { answered, CONSENTS, type Consent, type ConsentPeriod, isDenied } from './consent'

/** In the environment of a backend, the answer at its start. Not a setting: main says it. */
export const CONSENT_VARIABLE = 'HANZO_STUDIO_CONSENT'

/** The time after a denied one in which no counts leave: dd-trace counts spans and metrics into buckets of 10 s. */
const COUNTED_MS = 20_000
/** The paths at the Agent by which dd-trace sends such counts. */
const COUNTED = /\/(?:stats|pipeline_stats|dogstatsd\/v2\/proxy)$/

/** The gate that all leaves this process through: our own requests, and dd-trace's. */
export class SendGate {
  #consent: Consent = 'granted'
  #periods: readonly ConsentPeriod[] = []
  #deniedUntil = Number.NEGATIVE_INFINITY
  readonly #listeners = new Set<(consent: Consent) => void>()

  get consent(): Consent {
    return this.#consent
  }

  /** True while what is recorded may leave. */
  get isOpen(): boolean {
    return this.#consent === 'granted'
  }

  /** The times in which nothing left, oldest first. */
  get periods(): readonly ConsentPeriod[] {
    return this.#periods
  }

  /**
   * From now on this is the answer.
   * @param earlier the periods that an earlier run has left
   */
  answer(consent: Consent, now = Date.now(), earlier: readonly ConsentPeriod[] = []): void {
    const before = this.#consent
    if (before === consent && earlier.length === 0 && (consent === 'granted' || this.#periods.length > 0))
      return
    if (before === 'denied') this.#deniedUntil = now
    this.#consent = consent
    this.#periods = answered([...earlier, ...this.#periods], consent, now)
    if (before !== consent) for (const listener of [...this.#listeners]) listener(consent)
  }

  /** Calls the listener on every change of the answer. @returns what ends that */
  onChange(listener: (consent: Consent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** True for what was recorded, at least in part, in a time that was denied: it never leaves. In milliseconds since the epoch. */
  isWithheld(from: number, to = from): boolean {
    return isDenied(this.#periods, from, to)
  }

  /** True if dd-trace may send a request to that path now. */
  lets(path: string): boolean {
    return this.isOpen && !(COUNTED.test(path) && Date.now() < this.#deniedUntil + COUNTED_MS)
  }

  /** True if dd-trace may count a metric, or send those that it has counted. */
  get letsMetrics(): boolean {
    return this.lets('/dogstatsd/v2/proxy')
  }
}

/** The one gate of this process; each bundle knows it, and dd-trace (`scripts/bundle/dd-trace-changes`). */
export const sendGate = onePerProcess('send-gate', new SendGate())

/** The answer that main has given a backend on its way; granted without one. */
export function consentOf(environment: Readonly<Record<string, string | undefined>>): Consent {
  const given = environment[CONSENT_VARIABLE]
  return CONSENTS.find((consent) => consent === given) ?? 'granted'
}
