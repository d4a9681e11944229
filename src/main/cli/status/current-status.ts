import { dataPaths } from '../../../common/storage/data-folder'
import type { Incident } from '../../records/incidents/incident'
import { newestIncident } from '../../records/incidents/newest-incident'
import { readStatus, type StatusRecord } from '../../records/status/status-record'
import { isAppRunning, isRunningApp } from '../../startup/app-running'
import type { CommandContext } from '../context'

/** Age of the figures from which the app counts as silent, in milliseconds: it has missed five of its writes. */
const SILENT_MS = 60_000

/** The app as it is now, as far as can be known from outside. */
export interface CurrentStatus {
  /** True while an app holds the data folder. */
  readonly up: boolean
  /** The record that the running app has written; `null` where none runs, and where it has not written yet. */
  readonly current: StatusRecord | null
  /** True where the running app has written nothing for a while: it hangs, or cannot write. How it is now is not known then. */
  readonly isSilent: boolean
  /** The record that an app which has gone wrote last; `null` where there is none. */
  readonly last: StatusRecord | null
  readonly lastIncident: Pick<Incident, 'id' | 'at' | 'cause' | 'oom'> | null
  /** True where there is a record, or a last incident, that cannot be read. */
  readonly isUnread: { readonly status: boolean; readonly incident: boolean }
  readonly problems: readonly string[]
}

/**
 * Reads how things are. Changes nothing. Never throws, unless there is no data folder.
 * @param now milliseconds since the epoch
 */
export function readCurrentStatus(
  { dataFolder, appFolder }: Pick<CommandContext, 'dataFolder' | 'appFolder'>,
  now: number,
): CurrentStatus {
  const { record, problem } = readStatus(dataPaths(dataFolder).status)
  // What the app has written before may be of a run that was killed.
  const isOfRunningApp = record !== null && record.endedAt === null && isRunningApp(appFolder, record.app.pid)
  const { incident, problem: unread } = newestIncident(dataFolder)
  return {
    up: isOfRunningApp || isAppRunning(appFolder),
    current: isOfRunningApp ? record : null,
    // A record of a time to come is of a clock that was set back, and as old as anything.
    isSilent: isOfRunningApp && Math.abs(now - Date.parse(record.at)) > SILENT_MS,
    last: isOfRunningApp ? null : record,
    lastIncident: incident && { id: incident.id, at: incident.at, cause: incident.cause, oom: incident.oom },
    isUnread: { status: problem !== null, incident: unread !== null },
    problems: [
      ...(problem === null ? [] : [`status.json could not be read: ${problem}`]),
      ...(unread === null ? [] : [unread]),
    ],
  }
}

/** True if the backend runs, and responds, as far as the app has told lately: what the exit code says. */
export function isWell({ current, isSilent }: CurrentStatus): boolean {
  return current !== null && !isSilent && current.state === 'running' && current.responsive
}

/** The status as `--json` prints it: `StudioMonitor.status()` has the same names. */
export function statusJson(status: CurrentStatus) {
  const { up, current, last, lastIncident } = status
  return {
    schema: 1,
    up,
    ok: isWell(status),
    at: current?.at ?? null,
    app: current?.app ?? null,
    state: current?.state ?? null,
    since: current?.since ?? null,
    pid: current?.pid ?? null,
    url: current?.url ?? null,
    responsive: current?.responsive ?? null,
    memory: current?.memory ?? {
      usedBytes: null,
      limitBytes: null,
      heapUsedBytes: null,
      heapLimitBytes: null,
      growth: 0,
      samples: [],
    },
    running: current?.running ?? 0,
    waiting: current?.waiting ?? 0,
    jobs: current?.jobs ?? [],
    today: current?.today ?? null,
    forecasts: current?.forecasts ?? [],
    deaths: current?.deaths ?? null,
    restarts: current?.restarts ?? null,
    lastIncident,
    standby: current?.standby ?? null,
    consent: current?.consent ?? null,
    agent: current?.agent ?? null,
    way: current?.way ?? null,
    unsent: current?.unsent ?? null,
    last: last && {
      at: last.at,
      state: last.state,
      pid: last.app.pid,
      endedAt: last.endedAt,
      today: last.today,
    },
    problems: status.problems,
  }
}
