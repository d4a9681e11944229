import { LinuxTree } from '../../common/process/linux-tree'
import type { TreeReader } from '../../common/process/process-tree'
import { SystemTree } from '../../common/process/system-tree'
import { STARTUP_DEFERRAL_MS } from '../startup/startup-deferral'

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
