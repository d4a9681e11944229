import { LinuxTree } from '../../common/process/linux-tree'
import type { TreeReader } from '../../common/process/process-tree'
import { STARTUP_DEFERRAL_MS } from '../../common/process/startup-deferral'
import { SystemTree } from '../../common/process/system-tree'

/**
 * Interval at which a tree may be read, in milliseconds: on Linux that takes 2 ms (measured), elsewhere a
 * process.
 */
export const TREE_INTERVAL_MS = process.platform === 'linux' ? 1_000 : 5_000

/**
 * Delay of the first reading of a backend's tree, in milliseconds. Except on Linux only a reading finds the
 * root, and a delayed one would miss a root that exits soon.
 */
export const FIRST_READING_MS = process.platform === 'linux' ? STARTUP_DEFERRAL_MS : 0

/** Opens the tree of a backend that was started with `marker` (`NAME=value`) in its environment. */
export function openTree(pid: number, marker?: string): TreeReader {
  if (process.platform !== 'linux') return new SystemTree(pid)
  return new LinuxTree(pid, marker === undefined ? {} : { marker })
}

/**
 * The same tree while the backend itself lives, and an empty one after that: what is read between its end and the news of it
 * is what it left, and would stand in its incident as the memory that it died with.
 */
export function whileItLives(tree: TreeReader, pid: number): TreeReader {
  return {
    async read() {
      const all = await tree.read()
      // One that has ended and was not asked after yet has no memory any more.
      const lives = all?.processes.some((row) => row.pid === pid && row.rssBytes > 0)
      return all && !lives ? { processes: [], rssBytes: 0 } : all
    },
  }
}
