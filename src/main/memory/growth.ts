import { type Bucket, GrowthWindow, type Rise, steadyRise, usualRise } from './growth-window'

const MINUTE = 60_000

/** Time after its start in which a backend's growth is not reported. */
const WARM_UP_MS = 3 * MINUTE
/** Share of a window that must be filled before it decides. */
const LEAST_SHARE = 0.8
/** Share of a window for which it must have seen growth. */
const HOLD_SHARE = 0.2
/** Share of its usual rate below which a rise is slowing down. */
const SLOWING = 0.7
/** Share of the reported rate below which growth has stopped. */
const STOPPED = 0.3
/** Length of the parts of the past whose floors are compared, in buckets. */
const PAST_PART = 3
/** Time to the limit beyond which growth does not matter. */
const HORIZON_MS = 7 * 24 * 60 * MINUTE
/** Gap between samples above which the computer slept: it does not count as running time. */
const MAX_GAP_MS = 30_000

/** Steady growth of memory. */
export interface Growth {
  readonly bytesPerSecond: number
  /** Time until memory reaches the limit; `null` without a limit. */
  readonly reachesLimitInMs: number | null
}

/** A window, and a longer one that may contradict it: a slow sawtooth, or a rise that slows down. */
interface View {
  readonly window: GrowthWindow
  readonly past: GrowthWindow
  /**
   * True if an equally high peak in the past rules out growth: one large job must not do so for eight hours.
   */
  readonly mindsPeaks: boolean
}

/**
 * Reports steady growth of memory, once, and again only after it stopped for a whole window. Two windows are
 * examined: ten minutes for fast growth, an hour for slow; eight hours are remembered. In each, the floors of
 * six parts must rise one after the other and by about as much: sawtooth, steps, loading and filling caches
 * do not.
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
  /** The time since which each window has seen growth, in running time. */
  readonly #since = new Map<GrowthWindow, number>()
  #lastAt: number | null = null
  #running = 0
  #told: { window: GrowthWindow; bytesPerSecond: number } | null = null
  #stoppedSince: number | null = null

  /** @param limitBytes `null` for none */
  constructor(limitBytes: number | null) {
    this.#limitBytes = limitBytes
  }

  /** The rate of growth that was reported and has not stopped since, in bytes per second; 0 without any. */
  get bytesPerSecond(): number {
    return this.#told?.bytesPerSecond ?? 0
  }

  /** @param at milliseconds of any clock: its jumps do not count. The first call is the start */
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

  /** Ends reported growth when the window that reported it has seen hardly any for its whole span. */
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

/** True if memory was as high before and came down again: a slow sawtooth. */
function hasBeenThere(past: readonly Bucket[], { peakBytes }: Rise): boolean {
  return past.some(({ high }) => high >= peakBytes)
}

function slowsDown(past: readonly Bucket[], partMs: number, { bytesPerSecond }: Rise): boolean {
  const usual = usualRise(past, partMs)
  return usual !== null && bytesPerSecond < usual * SLOWING
}
