import { type Bucket, GrowthWindow, type Rise, steadyRise, usualRise } from './growth-window'

const MINUTE = 60_000

/** How long after its start a backend may grow as it likes. */
const WARM_UP_MS = 3 * MINUTE
/** Of a window: what must be known before it says anything. */
const LEAST_SHARE = 0.8
/** Of a window: how long it must have been saying so. */
const HOLD_SHARE = 0.2
/** A rise that goes on at less than this share of its usual rate is slowing down. */
const SLOWING = 0.7
/** Growth that goes on at less than this share of what was told has stopped. */
const STOPPED = 0.3
/** Parts of the past whose floors are compared, in buckets. */
const PAST_PART = 3
/** A limit that is so far away is nobody's concern. */
const HORIZON_MS = 7 * 24 * 60 * MINUTE
/** Longer than this without a sample, the computer slept: that is no running time. */
const MAX_GAP_MS = 30_000

/** Memory that grows steadily. */
export interface Growth {
  readonly bytesPerSecond: number
  /** `null` without a limit. */
  readonly reachesLimitInMs: number | null
}

/** A window, and the one that reaches further back and may know better: a slow saw, or a rise that slows down. */
interface View {
  readonly window: GrowthWindow
  readonly past: GrowthWindow
  /** Whether memory that was as high in the past denies growth: one large job must not do so for eight hours. */
  readonly mindsPeaks: boolean
}

/**
 * Tells steady growth of memory, once, and again only after it stopped for a whole window. Two windows look at it:
 * ten minutes for what is fast, an hour for what is slow; eight hours are remembered. Of each, the floors of six parts must rise one after the
 * other and by about as much: sawtooth, steps, loading and caches that fill do not.
 */
export class GrowthDetector {
  readonly #limitBytes: number | null
  readonly #past = new GrowthWindow(10 * MINUTE, 48)
  readonly #long: View = { window: new GrowthWindow(MINUTE, 60), past: this.#past, mindsPeaks: false }
  readonly #short: View = {
    window: new GrowthWindow(10_000, 60),
    past: this.#long.window,
    mindsPeaks: true,
  }
  /** Since when each window has been saying so, in running time. */
  readonly #since = new Map<GrowthWindow, number>()
  #lastAt: number | null = null
  #running = 0
  #told: { window: GrowthWindow; bytesPerSecond: number } | null = null
  #stoppedSince: number | null = null

  /** @param limitBytes `null` for none */
  constructor(limitBytes: number | null) {
    this.#limitBytes = limitBytes
  }

  /** The rate of the growth that was told and has not stopped since, in bytes per second; 0 while there is none. */
  get bytesPerSecond(): number {
    return this.#told?.bytesPerSecond ?? 0
  }

  /** @param at milliseconds of any clock: what it jumps does not count. The first call is the start */
  add(at: number, bytes: number): Growth | null {
    if (!Number.isFinite(at) || !Number.isFinite(bytes)) return null
    const passed = at - (this.#lastAt ?? at)
    this.#lastAt = at
    if (passed > 0 && passed <= MAX_GAP_MS) this.#running += passed
    this.#past.add(this.#running, bytes)
    return this.#look(this.#short, bytes) ?? this.#look(this.#long, bytes)
  }

  #look(view: View, bytes: number): Growth | null {
    const { window } = view
    if (!window.add(this.#running, bytes)) return null
    if (this.#told?.window === window) this.#watchForTheEnd(window, this.#told.bytesPerSecond)
    const known = window.buckets.filter(({ at }) => at > WARM_UP_MS)
    const isEnough = known.length * window.bucketMs >= window.spanMs * LEAST_SHARE
    const rise = isEnough && !this.#told ? steadyRise(known) : null
    const growth = rise && !this.#isDenied(rise, view, known) ? this.#growth(rise) : null
    if (!growth) {
      this.#since.delete(window)
      return null
    }
    const since = this.#since.get(window) ?? this.#running
    this.#since.set(window, since)
    if (this.#running - since < window.spanMs * HOLD_SHARE) return null
    this.#told = { window, bytesPerSecond: growth.bytesPerSecond }
    return growth
  }

  /** Growth that was told has stopped when the window that told it has seen hardly any for its whole span. */
  #watchForTheEnd(window: GrowthWindow, bytesPerSecond: number): void {
    const usual = usualRise(window.buckets, window.spanMs / 6) ?? 0
    if (usual >= bytesPerSecond * STOPPED) {
      this.#stoppedSince = null
      return
    }
    this.#stoppedSince ??= this.#running
    if (this.#running - this.#stoppedSince < window.spanMs) return
    this.#told = null
    this.#stoppedSince = null
    this.#since.clear()
  }

  #isDenied(rise: Rise, { past, mindsPeaks }: View, known: readonly Bucket[]): boolean {
    const start = known.at(0)?.at ?? 0
    const before = past.buckets.filter(({ at }) => at < start)
    return (mindsPeaks && hasBeenThere(before, rise)) || slowsDown(before, past.bucketMs * PAST_PART, rise)
  }

  #growth({ bytesPerSecond, peakBytes }: Rise): Growth | null {
    if (this.#limitBytes === null) return { bytesPerSecond, reachesLimitInMs: null }
    const reachesLimitInMs = Math.max(0, ((this.#limitBytes - peakBytes) / bytesPerSecond) * 1_000)
    return reachesLimitInMs > HORIZON_MS ? null : { bytesPerSecond, reachesLimitInMs }
  }
}

/** Memory that was as high before came down again: the slow tooth of a saw. */
function hasBeenThere(past: readonly Bucket[], { peakBytes }: Rise): boolean {
  return past.some(({ high }) => high >= peakBytes)
}

function slowsDown(past: readonly Bucket[], partMs: number, { bytesPerSecond }: Rise): boolean {
  const usual = usualRise(past, partMs)
  return usual !== null && bytesPerSecond < usual * SLOWING
}
