/** The window in which messages are counted, in milliseconds. */
const WINDOW_MS = 10_000

/**
 * Most messages of a type in a window. Each is several times what a backend or an engine sends at its busiest: what is more
 * comes from code in it that has found the private port.
 */
const MOST: Readonly<Record<string, number>> = {
  booted: 20,
  ready: 20,
  'launch-failed': 20,
  'uncaught-exception': 20,
  heartbeat: 200,
  'profiles-written': 200,
  'engine-memory': 1_000,
  'engine-usage': 200,
  'engine-packs': 50,
  'engine-ended': 50,
  'engine-unresponsive': 50,
  'engine-responsive': 50,
  'engine-tracer': 50,
  'engine-spare': 50,
  'unsent-traces': 200,
  'profiler-cost': 200,
  'traces-delivery': 50,
  warning: 100,
}
/** The most messages of jobs, which may come in bursts of 10,000 with several messages each. */
const MOST_OF_JOBS = 200_000
/** The types of messages of jobs; a message without a type of ours is none, and is not read. */
const JOBS = /^job-[a-z-]{1,30}$/

export type Admittance = 'read' | 'drop' | 'drop-and-tell'

/** Bounds how many messages of each type one run of a backend is heard with. The clock is passed in. */
export class MessageRates {
  readonly #seen = new Map<string, { from: number; count: number }>()

  /** @param type as the message names it, of any kind @param now monotonic, milliseconds */
  admit(type: unknown, now: number): Admittance {
    if (typeof type !== 'string') return 'drop'
    const most = Object.hasOwn(MOST, type) ? (MOST[type] ?? 0) : JOBS.test(type) ? MOST_OF_JOBS : 0
    if (most === 0) return 'drop'
    const kind = most === MOST_OF_JOBS ? 'job' : type
    let seen = this.#seen.get(kind)
    if (!seen || now - seen.from >= WINDOW_MS) {
      seen = { from: now, count: 0 }
      this.#seen.set(kind, seen)
    }
    seen.count++
    if (seen.count <= most) return 'read'
    return seen.count === most + 1 ? 'drop-and-tell' : 'drop'
  }
}
