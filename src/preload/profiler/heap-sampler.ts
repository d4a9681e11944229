import type { HeapProfiler } from 'node:inspector'
import type { Session } from './inspector-session'
import { uncounted } from './uncounted-collections'

/** Mean distance between sampled allocations, in bytes: dd-trace's own. */
export const HEAP_INTERVAL_BYTES = 524_288

export interface HeapProfile {
  readonly profile: HeapProfiler.SamplingHeapProfile
  /** The pause of the main thread for it, in milliseconds. */
  readonly pauseMs: number
}

/** Samples what the main thread allocates, and profiles what of it is still live. */
export class HeapSampler {
  private constructor(
    private readonly session: Session,
    private readonly now: () => number,
  ) {}

  /** `now` is monotonic, in milliseconds. */
  static async start(session: Session, now: () => number): Promise<HeapSampler> {
    const sampler = new HeapSampler(session, now)
    await session.post('HeapProfiler.enable')
    await sampler.#startSampling()
    return sampler
  }

  /** Profiles what is live now. Sampling goes on. */
  async profile(): Promise<HeapProfile> {
    try {
      return await uncounted(() => this.#profile())
    } catch {
      // V8 samples a heap once for all sessions: the backend's own may have stopped it.
      await this.#startSampling()
      return uncounted(() => this.#profile())
    }
  }

  /**
   * Disables inlining from here on, so that each allocation is attributed to the function that makes it. V8
   * does so while coverage is collected (`SharedFunctionInfo::GetInlineability`, `kNeedsBinaryCoverage`); it
   * discards all optimised code first.
   */
  async endInlining(): Promise<void> {
    await this.session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: false })
  }

  async allowInlining(): Promise<void> {
    await this.session.post('Profiler.stopPreciseCoverage')
  }

  /** Bytes in use in the main thread's V8 heap. */
  async usedBytes(): Promise<number> {
    const { usedSize } = await this.session.post<{ usedSize: number }>('Runtime.getHeapUsage')
    return usedSize
  }

  async #profile(): Promise<HeapProfile> {
    // Served right before: the time until the main thread listens, for instance in native code, is not the
    // pause.
    const reached = this.usedBytes().then(this.now)
    const [from, { profile }] = await Promise.all([
      reached,
      this.session.post<{ profile: HeapProfiler.SamplingHeapProfile }>('HeapProfiler.getSamplingProfile'),
    ])
    return { profile, pauseMs: this.now() - from }
  }

  async #startSampling(): Promise<void> {
    await this.session.post('HeapProfiler.startSampling', { samplingInterval: HEAP_INTERVAL_BYTES })
  }
}
