import type { Consent } from '../../../common/privacy/consent'
import type { SupervisorState } from '../../backend/supervisor-state'
import type { JobForecast } from '../../records/needs/job-forecast'
import type { JobEvent } from '../jobs/job-event'

/** The backend's memory, in bytes; `null` for what has not been read yet. */
export interface MemoryStatus {
  /** The memory of the whole process tree. */
  readonly usedBytes: number | null
  /** `STUDIO_MEMORY_LIMIT`; `null` when off. */
  readonly limitBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
  /** Bytes per second of a rise that is steady; else 0. */
  readonly growth: number
}

export interface Health {
  /** False from when the heartbeat stops until it is back. */
  readonly responsive: boolean
  readonly memory: MemoryStatus
  /** ISO 8601, UTC. */
  readonly at: string
}

export interface MonitorStatus {
  readonly state: SupervisorState
  /** `null` while no backend runs. */
  readonly pid: number | null
  /** The engine's API; `null` for a JavaScript file. */
  readonly url: string | null
  readonly memory: MemoryStatus
  /** The jobs that wait or run, oldest first. */
  readonly jobs: readonly JobEvent[]
  /** Those of them that are expected to need more memory than is free. */
  readonly forecasts: readonly JobForecast[]
  /** Deaths of the backend since `startStudioMonitor`. */
  readonly deaths: number
  /** The answer that counts: `denied` where `STUDIO_SEND` is false. Nothing leaves unless it is `granted`. */
  readonly consent: Consent
  /** `null` where the way to Datadog leads through no Agent, or none has answered or failed to yet. */
  readonly agent: AgentStatus | null
}

export interface AgentStatus {
  readonly reachable: boolean
  /** `null` where it is reachable. */
  readonly reason: string | null
}

interface Reading {
  readonly treeRssBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
  readonly growth: number
}

export function memoryStatus(reading: Reading | null, limitBytes: number | null): MemoryStatus {
  return {
    usedBytes: reading?.treeRssBytes ?? null,
    limitBytes,
    heapUsedBytes: reading?.heapUsedBytes ?? null,
    heapLimitBytes: reading?.heapLimitBytes ?? null,
    growth: reading?.growth ?? 0,
  }
}
