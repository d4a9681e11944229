import type { ProfileSetKind } from '../../../common/protocol/profile-set'

export interface ProfileLimits {
  readonly sets: number
  readonly bytes: number
}

/**
 * Limits for an hour of periodic sets and the deaths of a bad day; a set has some 200 KB, a near-death one a
 * few MB.
 */
export const PROFILE_LIMITS: ProfileLimits = { sets: 60, bytes: 100 * 1024 * 1024 }

/** The files in the folder under one id. */
export interface Holding {
  readonly id: string
  readonly bytes: number
  /** The kind. `damaged`: its set cannot be read. `unfinished`: it may still be being written. */
  readonly kind: ProfileSetKind | 'damaged' | 'unfinished'
}

/** The order of deletion, lowest first. There is one near-death set at a time, of the running backend. */
const RANK = {
  damaged: 0,
  periodic: 1,
  on_shutdown: 1,
  local: 1,
  'near-death': 2,
  on_oom: 2,
  unresponsive: 2,
  engine: 2,
} as const

/**
 * The ids of the sets to delete to keep within the limits: damaged ones, then periodic ones, then those of
 * incidents, each oldest first. The newest incident's and the newest near-death set always stay.
 * @param holdings oldest first
 */
export function surplus(holdings: readonly Holding[], limits: ProfileLimits): string[] {
  const staying = new Set([
    holdings.findLast(({ kind }) => kind === 'near-death'),
    holdings.findLast(({ kind }) => kind === 'on_oom' || kind === 'unresponsive' || kind === 'engine'),
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
