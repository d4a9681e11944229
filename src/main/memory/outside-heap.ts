import { size } from '../../common/output/units'
import type { ProcessRow } from '../../common/process/process-tree'
import type { MemorySample } from './memory-sample'

/** Time between two figures beyond which they do not describe the same moment, in milliseconds. */
const SAME_MOMENT_MS = 10_000

export interface OutsideHeap {
  /** Resident memory of the tree. */
  readonly treeRssBytes: number
  /** The part of it that V8's heap does not use: no heap profile shows it. */
  readonly outsideBytes: number
  /** The part of it that V8 knows of: Buffers and the like. */
  readonly externalBytes: number | null
}

/**
 * The memory outside the heap by the last samples, oldest first; `null` unless tree and heap are known of the
 * same moment.
 */
export function outsideHeap(samples: readonly MemorySample[]): OutsideHeap | null {
  const tree = samples.findLast(({ treeRssBytes }) => treeRssBytes !== null)
  const heap = samples.findLast(({ heapUsedBytes }) => heapUsedBytes !== null)
  if (!tree || !heap || tree.treeRssBytes === null || heap.heapUsedBytes === null) return null
  if (Math.abs(Date.parse(tree.at) - Date.parse(heap.at)) > SAME_MOMENT_MS) return null
  return {
    treeRssBytes: tree.treeRssBytes,
    // Parts of the heap may not be resident, or newer than the tree's figure.
    outsideBytes: Math.max(0, tree.treeRssBytes - heap.heapUsedBytes),
    externalBytes: heap.externalBytes,
  }
}

/**
 * One sentence for an incident's evidence: where the memory was, so that nobody looks for Buffers in a heap
 * profile. `null` if unknown.
 * @param processes the last tree read, the backend first: then its children are listed apart
 */
export function describeMemory(
  samples: readonly MemorySample[],
  processes: readonly ProcessRow[] = [],
): string | null {
  const memory = outsideHeap(samples)
  if (!memory || memory.treeRssBytes === 0) return null
  const { treeRssBytes, outsideBytes } = memory
  if (outsideBytes * 2 < treeRssBytes) {
    return `${size(treeRssBytes - outsideBytes)} of ${size(treeRssBytes)} is V8's heap: a heap profile shows it`
  }
  const parts = outsideParts(memory, processes)
  return `${size(outsideBytes)} of ${size(treeRssBytes)} is outside V8's heap (${parts}): a heap profile does not show it`
}

function outsideParts({ externalBytes }: OutsideHeap, [, ...children]: readonly ProcessRow[]): string {
  const [largest] = [...children].sort((a, b) => b.rssBytes - a.rssBytes)
  const inChildren = children.reduce((sum, { rssBytes }) => sum + rssBytes, 0)
  return [
    externalBytes === null ? 'Buffers' : `Buffers and the like ${size(externalBytes)}`,
    'native memory',
    largest ? `child processes ${size(inChildren)}, most of it ${largest.name}` : 'child processes',
  ].join(', ')
}
