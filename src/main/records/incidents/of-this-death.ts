import type { ProfileSet } from '../../../common/protocol/profile-set'
import type { Incident } from './incident'

/** Time before the death, in milliseconds, in which a profile belongs to it, whatever was measured since. */
const SHORTLY_MS = 30_000
/** Share of a limit below which memory is not near it. */
const NEAR = 0.55
/** Share of the profiled heap below which the current heap holds something else. */
const SAME_HEAP = 0.5

/**
 * True if a near-death set belongs to the death that came: a slowly leaking heap has its last profile long
 * before it dies, and a heap that recovered hours ago has one too.
 * @param memory the latest known
 * @param at the death; wall clock, milliseconds since the epoch
 */
export function isOfThisDeath(
  { end, heap }: Pick<ProfileSet, 'end' | 'heap'>,
  memory: Pick<Incident['memory'], 'limitBytes' | 'treeRssBytes' | 'heapUsedBytes' | 'heapLimitBytes'>,
  at: number,
): boolean {
  if (at - Date.parse(end) <= SHORTLY_MS) return true
  const heapUsedBytes = memory.heapUsedBytes ?? heap?.usedBytes ?? 0
  const isNear =
    isShareNear(heapUsedBytes, memory.heapLimitBytes ?? heap?.limitBytes) ||
    isShareNear(memory.treeRssBytes, memory.limitBytes)
  return isNear && heapUsedBytes >= (heap?.usedBytes ?? 0) * SAME_HEAP
}

function isShareNear(used: number | null, limit: number | null | undefined): boolean {
  return used !== null && !!limit && used >= limit * NEAR
}
