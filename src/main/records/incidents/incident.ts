import type { Cause } from '../../backend/cause'
import type { MemorySample } from '../../memory/memory-sample'
import type { ProcessMemory } from '../../memory/process-roles'
import type { Allocator } from '../../profiling/allocator'

/** One death of the backend: what `incidents/<id>.json` holds. */
export interface Incident {
  readonly schema: 1
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly cause: Cause
  /** Whether it was for want of memory. */
  readonly oom: boolean
  readonly confidence: 'proven' | 'suspected'
  /** Short sentences, in order of weight. */
  readonly evidence: readonly string[]
  /** As Electron gave it: on POSIX a raw wait status. */
  readonly exitCode: number | null
  /** Chromium's word for it; `null` after a normal exit. */
  readonly reason: string | null
  readonly pid: number | null
  readonly uptimeMs: number | null
  readonly memory: {
    readonly limitBytes: number | null
    readonly treeRssBytes: number | null
    readonly heapUsedBytes: number | null
    readonly heapLimitBytes: number | null
    /** The last minutes, oldest first. */
    readonly samples: readonly MemorySample[]
    /** The backend, the engine that it ran, and what they had started, as they were last seen. */
    readonly processes: readonly ProcessMemory[]
  }
  /** File names in `profiles/`. */
  readonly profiles: { readonly heap: string | null; readonly cpu: string | null }
  readonly topAllocators: readonly Allocator[]
  /** Lost with the backend; where it lives on, those that waited or ran. */
  readonly jobIds: readonly string[]
  readonly restart: {
    readonly decision: 'restart' | 'give-up' | 'none'
    readonly delayMs: number | null
    /** This one included. */
    readonly deathsInWindow: number
    /** Why it is started again, or why not. */
    readonly reason: string
  }
  readonly versions: Readonly<Record<string, string>>
  readonly os: {
    readonly platform: string
    readonly release: string
    readonly arch: string
    readonly totalMemoryBytes: number
  }
  /** Whether Datadog has it. */
  readonly reported: boolean
}

/** Whether the backend did not die of it: it does not respond. */
export function isAlive({ cause, uptimeMs }: Pick<Incident, 'cause' | 'uptimeMs'>): boolean {
  return cause === 'unresponsive' && uptimeMs === null
}
