import type { EngineNode } from '../../common/engine/engine-node'

/** Share of the memory that was measured which the first function has to hold, to be named. */
const LARGE_SHARE = 1 / 3

/** A function that memory was allocated in, or for. */
export interface Allocator {
  readonly function: string
  /** The file; empty if unknown. */
  readonly file: string
  /** The line, from 1; 0 if unknown. */
  readonly line: number
  readonly bytes: number
  /** The share of the whole profile, from 0 to 1. */
  readonly share: number
  /** With all that it called, whoever that counts for. */
  readonly cumulativeBytes: number | null
  readonly cumulativeShare: number | null
  /** The node of a workflow that it was for; in Studio's engine alone. */
  readonly node?: EngineNode
}

/** The allocator to name, of a list, most first: the first one, if it holds a large share; else `null`. */
export function culpritAmong<Listed extends { readonly share: number }>(
  allocators: readonly Listed[],
): Listed | null {
  const [first] = allocators
  return first && first.share >= LARGE_SHARE ? first : null
}
