import type { HeapSample } from '../../common/protocol/profile-set'
import type { LatestMemory } from '../memory/memory-watch'
import type { ExitMemory } from './exit-observation'

export interface LastReadings {
  /** The heap as the profiler's thread last saw it. */
  readonly seen: HeapSample | null
  /** The heap as the last heartbeat told it. */
  readonly told: HeapSample | null
  /** The processes of the run as last read. */
  readonly latest: LatestMemory | null
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The memory of a backend at its exit, by the last readings in which it lived; `null` where there was none. */
export function memoryAtExit({ seen, told, latest, now }: LastReadings): ExitMemory | null {
  const heap = seen && seen.at > (told?.at ?? 0) ? seen : told
  const at = heap?.at ?? latest?.at
  if (at === undefined) return null
  return {
    ageMs: Math.max(0, now - at),
    ...(latest && latest.readAt > 0 && { treeAgeMs: Math.max(0, now - latest.readAt) }),
    treeRssBytes: latest?.treeRssBytes ?? null,
    heapUsedBytes: heap?.usedBytes ?? null,
    heapLimitBytes: heap?.limitBytes ?? null,
  }
}

/** The memory of an engine at its exit: the heap of its runner says nothing of it. */
export function engineMemoryAtExit(latest: LatestMemory | null, now: number): ExitMemory | null {
  if (!latest) return null
  const { at, treeRssBytes } = latest
  return { ageMs: Math.max(0, now - at), treeRssBytes, heapUsedBytes: null, heapLimitBytes: null }
}
