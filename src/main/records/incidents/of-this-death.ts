import type { ProfileSet } from '../../../common/protocol/profile-set'
import type { Incident } from './incident'

/** What was taken so shortly before tells of the death, whatever was seen since. In milliseconds. */
const SHORTLY_MS = 30_000
/** Less of a limit in use than this is not near it. */
const NEAR = 0.55
/** A heap with less than this share of what the profile was taken of holds something else. */
const SAME_HEAP = 0.5

/**
 * Whether a near-death set tells of the death that came: a heap that leaks slowly has its last profile long before it
 * dies, and one that recovered hours ago has one too.
 * @param memory as it was last seen
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
