import type { Cause } from '../cause'

/** One moment of the backend's memory, in bytes; `null` where it could not be read. */
export interface MemorySample {
  /** ISO 8601, UTC. */
  readonly at: string
  /** Resident memory of the backend and its descendants. */
  readonly treeRssBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
  /** Buffers and other memory that V8 counts but keeps outside its heap. */
  readonly externalBytes: number | null
}

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
  }
  /** File names in `profiles/`. */
  readonly profiles: { readonly heap: string | null; readonly cpu: string | null }
  readonly topAllocators: readonly {
    readonly function: string
    readonly file: string
    readonly line: number
    readonly bytes: number
    /** 0 to 1, of the whole profile. */
    readonly share: number
  }[]
  /** The jobs that died with it. */
  readonly jobIds: readonly string[]
  readonly restart: {
    readonly decision: 'restart' | 'give-up' | 'none'
    readonly delayMs: number | null
    /** This one included. */
    readonly deathsInWindow: number
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
