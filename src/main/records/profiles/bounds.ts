import type { ProfileSetKind } from '../../../common/protocol/profile-set'

export interface ProfileLimits {
  readonly sets: number
  readonly bytes: number
}

/** An hour of periodic sets and the deaths of a bad day; a set has some 200 KB, near death a few MB. */
export const PROFILE_LIMITS: ProfileLimits = { sets: 60, bytes: 100 * 1024 * 1024 }

/** What lies in the folder under one id. */
export interface Holding {
  readonly id: string
  readonly bytes: number
  /** `damaged`: its set cannot be read. `unfinished`: may still be being written. */
  readonly kind: ProfileSetKind | 'damaged' | 'unfinished'
}

/** Which go first. Near death there is one at a time, of the backend that runs. */
const RANK = { damaged: 0, periodic: 1, on_shutdown: 1, 'near-death': 2, on_oom: 2, unresponsive: 2 } as const

/**
 * What must go for the rest to be within the limits: damaged ones, then periodic ones, then those of incidents, each
 * oldest first. The newest incident's and the newest near-death set always stay.
 * @param holdings oldest first
 * @returns ids
 */
export function surplus(holdings: readonly Holding[], limits: ProfileLimits): string[] {
  const staying = new Set([
    holdings.findLast(({ kind }) => kind === 'near-death'),
    holdings.findLast(({ kind }) => kind === 'on_oom' || kind === 'unresponsive'),
  ])
  let sets = holdings.length
  let bytes = holdings.reduce((sum, holding) => sum + holding.bytes, 0)
  const leaving: string[] = []
  for (const rank of [0, 1, 2]) {
    for (const holding of holdings) {
      if (sets <= limits.sets && bytes <= limits.bytes) return leaving
      if (holding.kind === 'unfinished' || RANK[holding.kind] !== rank || staying.has(holding)) continue
      leaving.push(holding.id)
      sets--
      bytes -= holding.bytes
    }
  }
  return leaving
}
