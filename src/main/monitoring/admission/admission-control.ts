import type { BackendMessage } from '../../../common/protocol/messages'
import type { StudioMetrics } from '../../datadog/metrics/studio-metrics'
import type { Log } from '../../logging/log'
import type { JobForecast } from '../../records/needs/job-forecast'
import { settings } from '../../startup/tracer'
import type { Announce } from '../events'
import type { BackendInstance } from '../instance/backend-instance'
import { Foresight } from './foresight'
import { Prevention } from './prevention'

export interface AdmissionControlOptions {
  readonly dataFolder: string
  readonly log: Log
  readonly metrics: StudioMetrics
  readonly run: () => BackendInstance | null
  readonly hasEngine: () => boolean
  readonly announce: Announce
}

/** Says which jobs are expected not to fit, and makes room for them, as far as `STUDIO_ADMISSION` asks for it. */
export class AdmissionControl {
  /** `null` where `STUDIO_ADMISSION` is `off`. */
  readonly #foresight: Foresight | null
  /** `null` unless `STUDIO_ADMISSION` is `prevent`. */
  readonly #prevention: Prevention | null

  constructor(options: AdmissionControlOptions) {
    this.#foresight = settings.STUDIO_ADMISSION === 'off' ? null : openForesight(options)
    const prevents = settings.STUDIO_ADMISSION === 'prevent'
    this.#prevention = prevents && this.#foresight ? openPrevention(options, this.#foresight) : null
  }

  /** The open jobs that are expected not to fit, oldest first. */
  get unfit(): readonly JobForecast[] {
    return this.#foresight?.unfit ?? []
  }

  hear(message: BackendMessage): void {
    this.#foresight?.hear(message)
    this.#prevention?.hear(message)
  }

  /** @param kept the keys of the jobs that wait for the next engine */
  backendEnded(kept?: ReadonlySet<number>): void {
    this.#foresight?.backendEnded(kept)
    this.#prevention?.backendEnded(kept)
  }

  /** An engine was ended between two jobs. @param kept the keys of the jobs that wait for the next one */
  engineReplaced(kept: ReadonlySet<number>): void {
    this.#foresight?.backendEnded(kept)
    this.#prevention?.recycled(kept)
  }

  stop(): void {
    this.#foresight?.stop()
    this.#prevention?.stop()
  }
}

function openForesight({ run, announce, ...options }: AdmissionControlOptions): Foresight {
  return new Foresight({
    ...options,
    limitBytes: settings.STUDIO_MEMORY_LIMIT,
    run,
    onForecast: (forecast) => announce('job-forecast', forecast),
    tellBackend: (key, { expectedBytes, freeBytes }) =>
      run()?.tellForecast({ key, expectedBytes, freeBytes: Math.max(0, freeBytes) }),
  })
}

function openPrevention(
  { log, metrics, run, announce }: AdmissionControlOptions,
  foresight: Foresight,
): Prevention {
  return new Prevention({
    log,
    metrics,
    limitBytes: settings.STUDIO_MEMORY_LIMIT,
    run,
    expected: (key) => foresight.expected(key),
    leftBytes: () => foresight.leftBytes,
    tellBackend: (turn, verdict) => run()?.tellVerdict(turn, verdict),
    onHeld: (held) => announce('job-held', held),
    onRecycled: (recycled) => announce('recycled', recycled),
    now: () => performance.now(),
  })
}
