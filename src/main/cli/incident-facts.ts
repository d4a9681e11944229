import { duration, percent, size } from '../../common/output/units'
import { PROCESS_ROLES } from '../memory/process-roles'
import { type Incident, isAlive } from '../records/incidents/incident'
import type { FailedJob } from '../records/jobs/failed-job'
import { describeRestart } from './incidents-table'
import { jobProgress, jobRanFor, jobTitle } from './job-words'

/** A name and its value; `null` is shown as not known. */
export type Fact = readonly [name: string, value: string | null]
export type Row = readonly string[]

export function processFacts({ pid, exitCode, reason, uptimeMs }: Incident): Fact[] {
  return [
    ['process id', pid === null ? null : String(pid)],
    ['exit code', exitCode === null ? null : String(exitCode)],
    ['reason', reason],
    ['ran for', uptimeMs === null ? null : duration(uptimeMs)],
  ]
}

export function memoryFacts({ memory, os }: Incident): Fact[] {
  const { heapUsedBytes, heapLimitBytes, treeRssBytes, limitBytes, processes, jobPeakBytes } = memory
  const isEngine = processes.some(({ role }) => role === 'engine')
  return [
    ...(isEngine ? [] : [['JavaScript heap', usage(heapUsedBytes, heapLimitBytes)] as const]),
    ['process tree', usage(treeRssBytes, limitBytes)],
    ['memory limit', limitBytes === null ? 'off' : size(limitBytes)],
    ...engineFacts(memory),
    ...(jobPeakBytes === null ? [] : [['engine at most in the job', size(jobPeakBytes)] as const]),
    ...machineFacts(memory, os.totalMemoryBytes),
  ]
}

/** The processes of an engine: the engine itself, its runner, and what the two had started. */
function engineFacts({ processes }: Incident['memory']): Fact[] {
  if (!processes.some(({ role }) => role === 'engine')) return []
  return PROCESS_ROLES.flatMap((role) => {
    const own = processes.filter((process) => process.role === role)
    const sum = own.reduce((bytes, { rssBytes }) => bytes + rssBytes, 0)
    return own.length === 0 ? [] : [[ROLE_NAMES[role], size(sum)]]
  })
}

const ROLE_NAMES = { backend: "engine's runner", engine: 'engine', other: 'what it started' } as const

/** The machine's state in the last sample that has it; nothing without one. */
function machineFacts({ samples }: Incident['memory'], totalBytes: number): Fact[] {
  const used = samples.findLast(({ systemUsedBytes }) => systemUsedBytes !== null)?.systemUsedBytes ?? null
  const gpu = samples.findLast(({ gpuUsedBytes }) => gpuUsedBytes !== null)
  return [
    ...(used === null ? [] : [['whole machine', usage(used, totalBytes)] as const]),
    ...(gpu ? [['fullest GPU', usage(gpu.gpuUsedBytes, gpu.gpuTotalBytes)] as const] : []),
  ]
}

/** The memory samples, oldest first as recorded; times are before the death. */
export function sampleRows({ at, memory }: Incident): Row[] {
  return memory.samples.map((sample) => [
    before(sample.at, at),
    sizeOrNothing(sample.treeRssBytes),
    sizeOrNothing(sample.heapUsedBytes),
    sizeOrNothing(sample.externalBytes),
  ])
}

/** The allocators that matter: those of less than a hundredth explain nothing, unless there are no others. */
export function allocatorRows({ topAllocators }: Incident): Row[] {
  const large = topAllocators.filter(({ share }) => share >= 0.01)
  return (large.length > 0 ? large : topAllocators).map(
    ({ share, bytes, cumulativeShare, function: name, file, line }) => [
      percent(share),
      size(bytes),
      cumulativeShare === null ? '' : percent(cumulativeShare),
      name || '(anonymous)',
      file === '' ? '' : `${file}:${line}`,
    ],
  )
}

/** The jobs that died with the backend; those without a record of their own by id alone. */
export function jobRows(incident: Incident, failedJobs: readonly FailedJob[]): Row[] {
  const { id, jobIds } = incident
  const own = failedJobs.filter(({ incidentId }) => incidentId === id)
  const known = new Set(own.map(({ jobId }) => jobId))
  return [
    ...own.map((job) => [jobTitle(job), job.jobId, jobRanFor(job), jobProgress(job)]),
    ...jobIds
      .filter((jobId) => !known.has(jobId))
      .map((jobId) => [isAlive(incident) ? '' : '(no longer on record)', jobId, '', '']),
  ]
}

export function restartFacts({ restart }: Incident): Fact[] {
  return [
    ['restarted', describeRestart(restart)],
    ['why', restart.reason],
    ['deaths in window', String(restart.deathsInWindow)],
  ]
}

export function systemFacts({ os }: Incident): Fact[] {
  return [
    ['platform', `${os.platform} ${os.arch}`],
    ['release', os.release],
    ['memory', size(os.totalMemoryBytes)],
  ]
}

/** An amount of memory and its limit, `null` where neither is known. */
export function usage(used: number | null, limit: number | null): string | null {
  if (used === null) return limit === null ? null : `not known, of ${size(limit)}`
  return limit ? `${size(used)} of ${size(limit)} (${percent(used / limit)})` : size(used)
}

function before(time: string, end: string): string {
  const ms = Date.parse(end) - Date.parse(time)
  return Number.isNaN(ms) ? time : duration(ms)
}

function sizeOrNothing(bytes: number | null): string {
  return bytes === null ? '' : size(bytes)
}
