import { dateAndTime, duration, percent, relativeTime, size } from '../../../common/output/units'
import { describeCause } from '../../backend/cause'
import { describeForecast } from '../../records/needs/forecast'
import { localDay, type StatusRecord } from '../../records/status/status-record'
import { sparkline } from '../sparkline'
import { type Paint, terminalText } from '../terminal-text'
import { type CurrentStatus, isWell } from './current-status'

const LINE_WIDTH = 40
/** Jobs shown; the others are counted. */
const MAX_JOBS = 10
/** Age of the figures above which it is told, in milliseconds: they are renewed every ten seconds. */
const OLD_MS = 20_000

const STATES: Readonly<Record<StatusRecord['state'], string>> = {
  idle: 'not started yet',
  starting: 'starting',
  running: 'running',
  'backing-off': 'down; it is started again after a pause',
  'gave-up': 'down for good: it died too often. Restart Studio to try again',
  stopping: 'stopping',
  stopped: 'stopped',
}

type Row = readonly [name: string, value: string]

/** The status for a person, several lines. */
export function statusReport(
  status: CurrentStatus,
  { now, paint, program }: { readonly now: number; readonly paint: Paint; readonly program: string },
): string {
  const { current } = status
  const rows = [...(current ? currentRows(current, now) : []), ...incidentRow(status, now, program)]
  const width = Math.max(0, ...rows.map(([name]) => name.length))
  const lines = rows.map(([name, value]) => `  ${paint.grey(name.padEnd(width))}  ${terminalText(value)}\n`)
  return `${paint.bold(terminalText(headline(status, now)))}\n${lines.join('')}`
}

/** The answer whether it is up, in one sentence. */
function headline(status: CurrentStatus, now: number): string {
  const { up, current, isSilent, isUnread, last } = status
  if (current) {
    const { app, state, responsive } = current
    const runs = `${app.name} ${app.version} runs since ${dateAndTime(app.startedAt)} (${ago(app.startedAt, now)}), process ${app.pid}`
    if (isWell(status)) return `up: ${runs}`
    if (isSilent)
      return `up, but it has told nothing since ${dateAndTime(current.at)} (${relativeTime(current.at, now)}): it hangs, cannot write, or the computer slept: ${runs}`
    return `up, but its backend ${state === 'running' && !responsive ? 'is unresponsive' : `is ${STATES[state]}`}: ${runs}`
  }
  if (up)
    return isUnread.status
      ? 'up, and what it has told of itself cannot be read: ask again in a moment'
      : 'up, and has not told yet how it is: ask again in a moment'
  if (last === null)
    return isUnread.status ? 'not up; when it was cannot be read' : 'not up; it has not told when it was'
  return last.endedAt === null
    ? `not up: it was killed or crashed after ${dateAndTime(last.at)} (${relativeTime(last.at, now)})`
    : `not up: it ended ${dateAndTime(last.endedAt)} (${relativeTime(last.endedAt, now)})`
}

function currentRows(current: StatusRecord, now: number): Row[] {
  const { state, since, pid, url, at, today, deaths, restarts, forecasts, memory } = current
  const age = now - Date.parse(at)
  const where = [pid === null ? null : `process ${pid}`, url].filter((part) => part !== null).join(', ')
  return [
    [
      'backend',
      `${state === 'running' && !current.responsive ? 'unresponsive' : STATES[state]}${where && `, ${where}`}, since ${dateAndTime(since)} (${ago(since, now)})`,
    ],
    ...memoryRows(memory),
    ['jobs now', `${current.running} running, ${current.waiting} waiting`],
    ...jobRows(current),
    [
      today.date === localDay(now) ? 'jobs today' : `jobs of ${today.date}`,
      `${today.done} done, ${today.failed} failed, ${today.cancelled} cancelled`,
    ],
    ...forecasts.map((forecast): Row => ['forecast', describeForecast(forecast)]),
    ['restarts', restarts === 0 && deaths === 0 ? 'none' : `${restarts}, after ${count(deaths, 'death')}`],
    ...standbyRow(current),
    ['Datadog', datadog(current)],
    ...(age > OLD_MS
      ? [
          [
            'figures',
            `${duration(age)} old: the computer slept, the app hangs, or the disk takes none`,
          ] as const,
        ]
      : age < -OLD_MS
        ? [['figures', `of a time to come, ${dateAndTime(at)}: the clock was set back`] as const]
        : []),
  ]
}

function standbyRow({ standby }: StatusRecord): Row[] {
  if (!standby) return []
  const { pid, residentBytes, why } = standby
  if (pid !== null && residentBytes !== null)
    return [['spare', `process ${pid} waits, ${size(residentBytes)}`]]
  return [['spare', why === null ? 'none waits yet' : `none waits: ${why}`]]
}

function memoryRows({
  usedBytes,
  limitBytes,
  heapUsedBytes,
  heapLimitBytes,
  growth,
  samples,
}: StatusRecord['memory']): Row[] {
  if (usedBytes === null) return [['memory', 'not read yet']]
  const line = sparkline(
    samples.map((sample) => sample.usedBytes),
    limitBytes,
    LINE_WIDTH,
  )
  const grows = growth > 0 ? `, growing by ${size(growth * 60)} a minute` : ''
  const heap = heapUsedBytes === null ? [] : [['heap', ofLimit(heapUsedBytes, heapLimitBytes)] as const]
  return [['memory', `${line === '' ? '' : `${line} `}${ofLimit(usedBytes, limitBytes)}${grows}`], ...heap]
}

function ofLimit(used: number, limit: number | null): string {
  return limit === null
    ? `${size(used)}, without a limit`
    : `${size(used)} of ${size(limit)} (${percent(used / limit)})`
}

function jobRows({ jobs, running, waiting }: StatusRecord): Row[] {
  const rows = jobs.slice(0, MAX_JOBS).map(({ id, name, state, progress }): Row => {
    const title = name === null || name === id ? id : `${name} (${id})`
    const how =
      state === 'queued' ? 'waiting' : progress === null ? 'running' : `running, ${percent(progress)}`
    return ['', `${title}: ${how}`]
  })
  const left = running + waiting - rows.length
  return left > 0 ? [...rows, ['', `and ${left} more`]] : rows
}

function datadog({ agent, way, unsent }: StatusRecord): string {
  const reach = agent === null ? '' : agent.reachable ? ', reachable' : `, not reachable: ${agent.reason}`
  const waits = [
    [unsent.incidents, 'incident'],
    [unsent.jobs, 'job'],
    [unsent.profiles, 'profile'],
  ] as const
  const waiting = waits.flatMap(([many, what]) => (many === 0 ? [] : [count(many, what)]))
  return `${way}${reach}; ${waiting.length === 0 ? 'nothing waits' : `waiting: ${waiting.join(', ')}`}`
}

function incidentRow({ lastIncident, isUnread }: CurrentStatus, now: number, program: string): Row[] {
  if (isUnread.incident)
    return [['last incident', `cannot be read; ${program} incidents tells which, and the others`]]
  if (lastIncident === null) return [['last incident', 'none on record']]
  const { id, at, cause } = lastIncident
  return [
    [
      'last incident',
      `${id}: ${describeCause(cause)}, ${dateAndTime(at)} (${relativeTime(at, now)}); ${program} incidents last tells more`,
    ],
  ]
}

function ago(time: string, now: number): string {
  return duration(Math.max(0, now - Date.parse(time)))
}

function count(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`
}
