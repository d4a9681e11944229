import type { Incident } from '../../../../src/main/records/incidents/incident'
import type { FailedJob } from '../../../../src/main/records/jobs/failed-job'
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
  /** When the app was killed, in milliseconds since the epoch. */
  readonly appKills: readonly number[]
}

/** Everything that is told wrong, a line each. */
export function wrongs({ given, tracked, records, incidents, kills, appKills }: Evidence): string[] {
  const deaths = kills + tracked.filter(({ what }) => DEADLY.has(what)).length
  const counted = incidents.filter(({ cause }) => cause !== 'unresponsive').length
  const all = given.flatMap((job) => {
    const own = tracked.filter((line) => line.job === job.id)
    const on = records.filter(({ jobId }) => jobId === job.id)
    const wrong = wrongOf(job, own, on, appKills)
    return wrong === null ? [] : [`${job.id}: ${wrong} (${told(own, on)})`]
  })
  return counted === deaths ? all : [...all, `${deaths} deaths, ${counted} incidents`]
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
