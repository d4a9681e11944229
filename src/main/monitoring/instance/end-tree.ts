import { setTimeout as sleep } from 'node:timers/promises'
import type { TreeReader } from '../../../common/process/process-tree'
import { killTree, type TreeEnd } from '../../backend/kill-tree'
import { withoutRoot } from '../../backend/without-root'

/** Time for a runner to follow its killed engine, or to tell that it has not, in milliseconds. */
const FOLLOWS_MS = 3_000

/**
 * Kills an engine without its runner, which may keep jobs for the next one, and ends by itself else.
 * @param exited settles when the runner is gone, or has told that it stays
 */
export async function killEngine(
  tree: TreeReader,
  runnerPid: number | null,
  exited: Promise<unknown>,
): Promise<TreeEnd> {
  const end = await killTree({ tree: withoutRoot(tree, runnerPid) })
  const hasEnded = await Promise.race([exited.then(() => true), sleep(FOLLOWS_MS, false)])
  return hasEnded ? end : killTree({ tree })
}

/**
 * Kills the children of a dead backend, which would hold its port and its memory against the next one.
 * @param runnerPid the runner that lives on without its engine; `null` where none does
 */
export async function endOrphans(tree: TreeReader | null, runnerPid: number | null): Promise<TreeEnd | null> {
  if (!tree) return null
  const orphans = runnerPid === null ? tree : withoutRoot(tree, runnerPid)
  const left = await orphans.read()
  return left && left.processes.length > 0 ? killTree({ tree: orphans }) : null
}
