import { LinuxTree } from '../../memory/linux-tree'
import type { TreeReader } from '../../memory/process-tree'
import { SystemTree } from '../../memory/system-tree'

/** How often a tree may be read, in milliseconds: on Linux that takes 2 ms (measured), elsewhere a process. */
export const TREE_INTERVAL_MS = process.platform === 'linux' ? 1_000 : 5_000

/** The tree of a backend that was started with `marker` (`NAME=value`) in its environment. */
export function openTree(pid: number, marker?: string): TreeReader {
  if (process.platform !== 'linux') return new SystemTree(pid)
  return new LinuxTree(pid, marker === undefined ? {} : { marker })
}
