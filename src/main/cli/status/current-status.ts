import { dataPaths } from '../../../common/storage/data-folder'
import type { Incident } from '../../records/incidents/incident'
import { newestIncident } from '../../records/incidents/newest-incident'
import { readStatus, type StatusRecord } from '../../records/status/status-record'
import { isAppRunning, isRunningApp } from '../../startup/app-running'
import type { CommandContext } from '../context'

/** The app as it is now, as far as can be known from outside. */
export interface CurrentStatus {
  /** True while an app holds the data folder. */
  readonly up: boolean
  /** The record that the running app has written; `null` where none runs, and where it has not written yet. */
  readonly current: StatusRecord | null
  /** The record that an app which has gone wrote last; `null` where there is none. */
  readonly last: StatusRecord | null
  readonly lastIncident: Pick<Incident, 'id' | 'at' | 'cause' | 'oom'> | null
  readonly problems: readonly string[]
}

/** Reads how things are. Changes nothing. Never throws, unless there is no data folder. */
export function readCurrentStatus({
  dataFolder,
  appFolder,
}: Pick<CommandContext, 'dataFolder' | 'appFolder'>): CurrentStatus {
  const { record, problem } = readStatus(dataPaths(dataFolder).status)
  // What the app has written before may be of a run that was killed.
  const isOfRunningApp = record !== null && record.endedAt === null && isRunningApp(appFolder, record.app.pid)
  const { incident, problem: unread } = newestIncident(dataFolder)
  return {
    up: isOfRunningApp || isAppRunning(appFolder),
    current: isOfRunningApp ? record : null,
    last: isOfRunningApp ? null : record,
    lastIncident: incident && { id: incident.id, at: incident.at, cause: incident.cause, oom: incident.oom },
    problems: [
      ...(problem === null ? [] : [`status.json could not be read: ${problem}`]),
      ...(unread === null ? [] : [unread]),
    ],
  }
}

/** True if the backend runs, and responds: what the exit code says. */
export function isWell({ current }: CurrentStatus): boolean {
  return current !== null && current.state === 'running' && current.responsive
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
  }
}
