import type { Incident } from '../../src/main/records/incidents/incident'
import { INCIDENTS_KEPT } from '../../src/main/records/incidents/incident-store'
import type { FailedJob } from '../../src/main/records/jobs/failed-job'
import type { Span } from '../../testing/agent/span'

/** One life of the backend that has ended. */
export interface Life {
  /** The function that must be the incident's top allocator. */
  readonly culprit: string
  /** Jobs that ran or waited at the death. */
  readonly lost: readonly string[]
  /** Jobs that threw before. */
  readonly failed: readonly string[]
}

type Job = Pick<FailedJob, 'jobId' | 'cause' | 'incidentId' | 'reported'>

/** Compares what must be on disk and with the Agent with what is. */
export class Books {
  /** The cause, and the incident's id or `null`, by job id. */
  readonly #jobs = new Map<string, Pick<Job, 'cause' | 'incidentId'>>()
  readonly #incidents = new Set<string>()
  /** The number of times the Agent received each, by job id or incident id. */
  readonly #told = new Map<string, number>()
  readonly #complaints: string[] = []

  /** @param kept the number of newest records on disk, whole lives of them */
  constructor(private readonly kept: number) {}

  get jobs(): number {
    return this.#jobs.size
  }

  get incidents(): number {
    return this.#incidents.size
  }

  /** True if the Agent has received everything. */
  get toldOfAll(): boolean {
    return [...this.#jobs.keys(), ...this.#incidents].every((id) => this.#told.has(id))
  }

  complain(complaint: string): void {
    this.#complaints.push(complaint)
  }

  died(life: Life, incident: Incident): void {
    const { id, cause, confidence, topAllocators, jobIds, evidence } = incident
    this.#incidents.add(id)
    for (const job of life.lost) this.#jobs.set(job, { cause: 'heap-out-of-memory', incidentId: id })
    for (const job of life.failed) this.#jobs.set(job, { cause: 'job-error', incidentId: null })
    const wrong = (what: string, is: string, wanted: string) => {
      if (is === wanted) return
      this.complain(`incident ${id} has the ${what} ${is}, not ${wanted} (${evidence.join('; ')})`)
    }
    wrong('cause', cause, 'heap-out-of-memory')
    wrong('confidence', confidence, 'proven')
    wrong('culprit', topAllocators[0]?.function ?? 'none', life.culprit)
    wrong('jobs', jobIds.toSorted().join(' '), life.lost.toSorted().join(' '))
  }

  /** Counts what the Agent has received since the last call. */
  told(spans: readonly Span[]): void {
    for (const { error, meta } of spans) {
      // Each lost job's span names its incident too.
      const id = meta['studio.job.id'] ?? meta['studio.incident.id']
      if (error && id !== undefined) this.#told.set(id, (this.#told.get(id) ?? 0) + 1)
    }
  }

  /** @returns all that is lost, duplicated or wrong, in words */
  balance(jobs: readonly Job[], incidents: readonly Pick<Incident, 'id' | 'reported'>[]): readonly string[] {
    return [
      ...this.#complaints,
      ...[...this.#jobs].slice(-this.kept).flatMap(([id, wanted]) =>
        jobComplaints(
          id,
          wanted,
          jobs.filter(({ jobId }) => jobId === id),
        ),
      ),
      ...(jobs.length > this.kept ? [`${jobs.length} records are kept, and not ${this.kept}`] : []),
      ...jobs.flatMap(({ jobId }) =>
        this.#jobs.has(jobId) ? [] : [`there is a record of ${jobId}, which was not lost`],
      ),
      ...[...this.#incidents].slice(-INCIDENTS_KEPT).flatMap((id) =>
        incidentComplaints(
          id,
          incidents.filter((one) => one.id === id),
        ),
      ),
      ...incidents.flatMap(({ id }) => (this.#incidents.has(id) ? [] : [`incident ${id} is of no death`])),
      ...[...this.#jobs.keys(), ...this.#incidents].flatMap((id) => {
        const times = this.#told.get(id) ?? 0
        return times === 1 ? [] : [`the Agent was told of ${id} ${times} times`]
      }),
    ]
  }
}

function jobComplaints(
  id: string,
  wanted: Pick<Job, 'cause' | 'incidentId'>,
  records: readonly Job[],
): string[] {
  const [record] = records
  if (!record || records.length > 1) return [`${id} has ${records.length} records`]
  return [
    ...(record.cause === wanted.cause ? [] : [`${id} was lost by ${record.cause}, not ${wanted.cause}`]),
    ...(record.incidentId === wanted.incidentId ? [] : [`${id} names the incident ${record.incidentId}`]),
    ...(record.reported ? [] : [`${id} does not count as reported`]),
  ]
}

function incidentComplaints(id: string, found: readonly Pick<Incident, 'reported'>[]): string[] {
  const [incident] = found
  if (!incident || found.length > 1) return [`incident ${id} is there ${found.length} times`]
  return incident.reported ? [] : [`incident ${id} does not count as reported`]
}
