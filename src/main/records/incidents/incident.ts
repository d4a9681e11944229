import type { EngineNode } from '../../../common/engine/engine-node'
import type { PythonStack } from '../../../common/engine/python-stack'
import type { Tags } from '../../../common/tracing/app-tags'
import type { Cause } from '../../backend/cause'
import type { MemorySample } from '../../memory/memory-sample'
import type { ProcessMemory } from '../../memory/process-roles'
import type { Allocator } from '../../profiling/allocator'

/** One death of the backend, or a time when it was unresponsive: the content of `incidents/<id>.json`. */
export interface Incident {
  readonly schema: 1
  readonly id: string
  /** ISO 8601, UTC. */
  readonly at: string
  readonly cause: Cause
  /** True if it was due to a lack of memory. */
  readonly oom: boolean
  readonly confidence: 'proven' | 'suspected'
  /** Short sentences, in order of weight. */
  readonly evidence: readonly string[]
  /** Sentences that say what to do about it, the most useful first. */
  readonly advice: readonly string[]
  /** Earlier incidents on record of the same cause and culprit. */
  readonly before: {
    readonly times: number
    /** ISO 8601, UTC; `null` for none. */
    readonly lastAt: string | null
  }
  /** The same for incidents of the same cause and culprit. */
  readonly fingerprint: string
  /** The stack of the error, or of the culprit by its profile, as JavaScript or Python writes one; `null` if not known. */
  readonly errorStack: string | null
  /** The `runtime-id` tag of the run's spans, metrics and profiles; `null` where it was not traced. */
  readonly runtimeId: string | null
  /** The tags of the app, and its user's, at that time. */
  readonly tags?: Tags
  /** The last lines that it wrote to stdout and stderr before, scrubbed, oldest first. */
  readonly lastWords: readonly string[]
  /** The line of the last words that the evidence quotes; `null` where it quotes none. */
  readonly errorLine: string | null
  /** The exit code as Electron gave it: on POSIX a raw wait status. */
  readonly exitCode: number | null
  /** Chromium's reason; `null` after a normal exit. */
  readonly reason: string | null
  readonly pid: number | null
  readonly uptimeMs: number | null
  /** The node that ran in Studio's engine when it died; `null` elsewhere, and where it is not known. */
  readonly node: EngineNode | null
  readonly memory: {
    readonly limitBytes: number | null
    readonly treeRssBytes: number | null
    readonly heapUsedBytes: number | null
    readonly heapLimitBytes: number | null
    /** The samples of the last minutes, oldest first. */
    readonly samples: readonly MemorySample[]
    /** The backend, the engine that it ran, and what they had started, as last read. */
    readonly processes: readonly ProcessMemory[]
    /** Largest resident set of Studio's engine while the job ran that it died with. */
    readonly jobPeakBytes: number | null
  }
  /** File names in `profiles/`. */
  readonly profiles: { readonly heap: string | null; readonly cpu: string | null }
  readonly topAllocators: readonly Allocator[]
  /** The Python stacks of Studio's engine that was unresponsive; empty for all else, and where none could be read. */
  readonly stacks: readonly PythonStack[]
  /** Lost with the backend; where it lives on, those that waited or ran. */
  readonly jobIds: readonly string[]
  readonly restart: {
    readonly decision: 'restart' | 'give-up' | 'none'
    readonly delayMs: number | null
    /** Deaths in the window, including this one. */
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
  /** True if Datadog has it. */
  readonly reported: boolean
}

/** True if the backend lived on: it was unresponsive. */
export function isAlive({ cause, uptimeMs }: Pick<Incident, 'cause' | 'uptimeMs'>): boolean {
  return cause === 'unresponsive' && uptimeMs === null
}
