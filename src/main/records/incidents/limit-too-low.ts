import { size } from '../../../common/output/units'
import type { Incident } from './incident'

/** A death so soon after the start is one of starting, in milliseconds. */
const STARTING_MS = 60_000

/** The limits that a run had, in bytes, `null` when off; and how far it had come. */
export interface LimitsOfRun {
  readonly memoryLimitBytes: number | null
  readonly heapLimitBytes: number | null
  readonly isLoaded: boolean
  readonly hadJobs: boolean
}

/**
 * Tells of a limit that is below what the backend takes by itself: it dies of it at each start, ahead of any job, and looks
 * like one that leaks. One that was below its limit once it was loaded may leak: nothing is said of it.
 * @param firstReadingBytes resident memory of its processes when it was first measured; `null` where it never was
 * @returns one sentence; `null` for every other death
 */
export function limitTooLow(
  { cause, uptimeMs }: Pick<Incident, 'cause' | 'uptimeMs'>,
  { memoryLimitBytes, heapLimitBytes, isLoaded, hadJobs }: LimitsOfRun,
  firstReadingBytes: number | null,
): string | null {
  if (hadJobs || uptimeMs === null || uptimeMs >= STARTING_MS) return null
  const wasOverAtOnce =
    cause === 'memory-limit' && (firstReadingBytes ?? 0) > (memoryLimitBytes ?? Number.POSITIVE_INFINITY)
  if (isLoaded && !wasOverAtOnce) return null
  const [name, bytes] =
    cause === 'memory-limit'
      ? (['STUDIO_MEMORY_LIMIT', memoryLimitBytes] as const)
      : (['STUDIO_HEAP_LIMIT', cause === 'heap-out-of-memory' ? heapLimitBytes : null] as const)
  if (bytes === null) return null
  return `${name}=${size(bytes).replace(' ', '')} is less than the backend takes at its start: it was over it after ${(uptimeMs / 1_000).toFixed(1)} s, before any job; set a higher one`
}
