import type { EngineNode } from '../../common/engine/engine-node'

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
