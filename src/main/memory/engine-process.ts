import type { ProcessRow } from '../../common/process/process-tree'
import type { EngineMemory } from '../../common/protocol/engine-memory'
import type { LatestMemory } from './memory-watch'

/**
 * The engine among the processes of its runner's tree; `null` where it is not, or is dying: then it holds nothing.
 * @param tree the runner first
 * @param pid the engine's, as its probe told; `null` without one: then it is the runner's child
 */
export function findEngine(tree: readonly ProcessRow[], pid: number | null): ProcessRow | null {
  const [runner] = tree
  const isEngine = (row: ProcessRow) =>
    (pid === null ? row.ppid === runner?.pid : row.pid === pid) && row.rssBytes > 0
  return tree.find(isEngine) ?? null
}

/** The latest memory, with the engine's resident set as its probe told it, where that is newer than the last reading. */
export function withEngineMemory(
  latest: LatestMemory | null,
  engine: EngineMemory | null,
): LatestMemory | null {
  if (!latest || !engine || engine.residentBytes === null || engine.at <= latest.readAt) return latest
  const known = findEngine(latest.processes, engine.pid)
  if (!known) return latest
  const rssBytes = engine.residentBytes
  return {
    ...latest,
    at: engine.at,
    treeRssBytes: latest.treeRssBytes === null ? null : latest.treeRssBytes + rssBytes - known.rssBytes,
    processes: latest.processes.map((row) => (row === known ? { ...row, rssBytes } : row)),
  }
}
