import type { Incident } from '../../../../src/main/records/incidents/incident'
import type { FailedJob } from '../../../../src/main/records/jobs/failed-job'
import type { Span } from '../../../../testing/agent/span'
import type { Tracked } from '../published-engine'

/** The deeds of a node that end its engine by a death. */
export const DEADLY: ReadonlySet<string> = new Set(['kill', 'exit', 'exit-well', 'crash'])

/** A job that was given to the engine. */
export interface GivenJob {
  readonly id: string
  /** True where the engine said that it took it; else nobody knows. */
  readonly taken: boolean
  /** True where it was asked to drop it. */
  cancelled: boolean
}

export interface Evidence {
  readonly given: readonly GivenJob[]
  readonly tracked: readonly Tracked[]
  readonly records: readonly FailedJob[]
  readonly incidents: readonly Incident[]
  /** Deaths that the test itself caused. */
  readonly kills: number
  /** The spans `studio.job` that arrived at the Agent. */
  readonly spans: readonly Span[]
  /** When the app was killed, in milliseconds since the epoch. */
  readonly appKills: readonly number[]
  /** When the engine was asked to interrupt the job that runs, in milliseconds since the epoch. */
  readonly interrupts: readonly number[]
}

/** Everything that is told wrong, a line each. */
export function wrongs(evidence: Evidence): string[] {
  const { given, tracked, records, incidents, kills, appKills } = evidence
  const deaths = kills + tracked.filter(({ what }) => DEADLY.has(what)).length
  const counted = incidents.filter(({ cause }) => cause !== 'unresponsive').length
  const all = given.flatMap((job) => {
    const own = tracked.filter((line) => line.job === job.id)
    const on = records.filter(({ jobId }) => jobId === job.id)
    const wrong = isCutShort(job, evidence) ? null : wrongOf(job, own, on, appKills)
    return wrong === null ? [] : [`${job.id}: ${wrong} (${told(own, on)})`]
  })
  const spans = given.flatMap((job) => spanWrong(job, evidence) ?? [])
  return [...all, ...spans, ...(counted === deaths ? [] : [`${deaths} deaths, ${counted} incidents`])]
}

/** Spans that a tracer has not sent yet are gone with an app that somebody kills: its interval, and the engine's last moment. */
const UNSENT_MS = 5_000

/** Translates what the nodes wrote to the state that a job's span says. */
function stateOf(last: Tracked): string {
  if (last.what === 'end') return 'done'
  return last.what === 'interrupted' ? 'cancelled' : 'failed'
}

/** Between an interrupt that is asked for and the engine's heeding it, in milliseconds. */
const HEEDS_MS = 1_000

/** True for a job that the engine began, and was interrupted at before its only node could write that down. */
function isCutShort(
  { id }: Pick<GivenJob, 'id'>,
  { tracked, spans, records, interrupts }: Evidence,
): boolean {
  if (
    tracked.some(({ job }) => job === id) ||
    records.some(({ jobId, resubmitted }) => jobId === id && !resubmitted)
  )
    return false
  const own = spans.filter(({ meta }) => meta['studio.job.id'] === id)
  return (
    own.length === 1 &&
    own.every(
      ({ meta, startMs, durationMs }) =>
        meta['studio.job.state'] === 'cancelled' &&
        interrupts.some((at) => at > startMs - HEEDS_MS && at < startMs + durationMs + HEEDS_MS),
    )
  )
}

function spanWrong({ id }: GivenJob, evidence: Evidence): string | null {
  const { tracked, spans, records, appKills } = evidence
  const last = tracked.filter(({ job }) => job === id).at(-1)
  const own = spans.filter(({ meta }) => meta['studio.job.id'] === id)
  const states = own.map(({ meta }) => meta['studio.job.state'])
  const told = `${last?.what ?? 'nothing'}; spans: ${JSON.stringify(states)}`
  if (!last && isCutShort({ id }, evidence)) return null
  if (!last) return own.length === 0 ? null : `${id}: it never began, and has a span that says so (${told})`
  const isCutOff = appKills.some((at) => last.at > at - UNSENT_MS && last.at < at + UNSENT_MS)
  if (isCutOff && own.length === 0) return null
  if (own.length !== 1) return `${id}: ${own.length} spans (${told})`
  const wasLost = isCutOff && records.some((one) => one.jobId === id && one.cause === 'app-killed')
  const expected = wasLost ? 'failed' : stateOf(last)
  const isError = (own[0]?.error ?? false) === (expected === 'failed')
  return states[0] === expected && isError ? null : `${id}: its span says otherwise (${told})`
}

function wrongOf(
  job: GivenJob,
  own: readonly Tracked[],
  on: readonly FailedJob[],
  appKills: readonly number[],
): string | null {
  const lost = on.filter(({ resubmitted }) => !resubmitted)
  const begun = own.filter(({ what }) => what === 'begun')
  const last = own.at(-1)
  if (on.length > 1) return 'more than one record'
  if (begun.length > 1) return 'it ran twice'
  if (!last) {
    if (lost.length > 0)
      return lost[0]?.state === 'queued' ? null : 'it never began, and its record says that it ran'
    return job.cancelled || !job.taken ? null : 'it never began, and is not on record'
  }
  switch (last.what) {
    case 'end':
    case 'interrupted':
      // An engine outlives a killed app for a moment: what it does then nobody sees.
      if (lost[0]?.cause === 'app-killed' && appKills.some((at) => last.at > at - 1_000)) return null
      return lost.length > 0 ? `it has not failed (${last.what}), and is on record` : null
    case 'fail':
      if (lost[0]?.cause === 'app-killed' && appKills.some((at) => last.at > at - 1_000)) return null
      return lost[0]?.cause === 'job-error' ? null : 'it failed by itself, and its record does not say so'
    default:
      if (lost.length === 0) return 'it was lost while it ran, and is not on record'
      return lost[0]?.state === 'running'
        ? null
        : 'it was lost while it ran, and its record says that it waited'
  }
}

function told(own: readonly Tracked[], on: readonly FailedJob[]): string {
  const records = on.map(({ state, cause, resubmitted, error }) => ({ state, cause, resubmitted, error }))
  return `${own.map(({ what }) => what).join(', ') || 'nothing'}; ${JSON.stringify(records)}`
}
