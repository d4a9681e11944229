import type { SendGate } from '../../../common/privacy/send-gate'
import type { ProfileSet } from '../../../common/protocol/profile-set'
import { incidentTime } from '../incidents/build-incident'
import type { FailedJob } from '../jobs/failed-job'

type Denials = Pick<SendGate, 'isWithheld'>

/** A run begins with the UTC time of its start: `20261123T201155Z-4711`. */
const RUN = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/

/** True for a job that waited, ran or failed while it was denied that anything leaves. */
export function isJobWithheld(
  { queuedAt, startedAt, failedAt }: Pick<FailedJob, 'queuedAt' | 'startedAt' | 'failedAt'>,
  denials: Denials,
): boolean {
  return denials.isWithheld(Date.parse(queuedAt ?? startedAt), Date.parse(failedAt))
}

/** True for an incident of a denied time, by its id. */
export function isIncidentWithheld(id: string, denials: Denials): boolean {
  return denials.isWithheld(incidentTime(id))
}

/** True for profiles that were taken, at least in part, while it was denied. */
export function isSetWithheld({ start, end }: Pick<ProfileSet, 'start' | 'end'>, denials: Denials): boolean {
  return denials.isWithheld(Date.parse(start), Date.parse(end))
}

/** True where a heap profile, which has all since the backend's start that is still there, may have something of a denied time. */
export function isHeapWithheld({ run, end }: Pick<ProfileSet, 'run' | 'end'>, denials: Denials): boolean {
  const since = Date.parse(run.replace(RUN, '$1-$2-$3T$4:$5:$6Z').slice(0, '2026-11-23T20:11:55Z'.length))
  // A run that does not say since when it goes on may have begun at any time.
  return denials.isWithheld(Number.isNaN(since) ? 0 : since, Date.parse(end))
}
