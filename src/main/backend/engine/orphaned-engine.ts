import { readStat, sessionOf } from '../../../common/process/proc'
import type { TreeReader } from '../../../common/process/process-tree'
import { dataPaths } from '../../../common/storage/data-folder'
import { type EngineRecord, readEngineRecord } from '../../../common/storage/engine-record'
import { killTree, type TreeEnd } from '../kill-tree'
import { type MarkedProcess, orphansOf, readProcesses } from '../orphans'
import { isRunOf } from '../run-marker'

export interface Leftover extends Pick<MarkedProcess, 'pid' | 'name'> {
  readonly session: number
  /** In the system's ticks since boot. */
  readonly startTime: number
}

/**
 * Kills an engine that outlived its Studio, which was killed: it would hold port and memory against the next
 * one. It is known by its process id and start, whatever its arguments, which a wrapper or an exec changes; processes
 * that it started to stay are left alone. Only on Linux, where the environment of processes can be read.
 * @returns what became of it; `null` when there was none
 */
export async function killOrphanedEngine(dataFolder: string): Promise<TreeEnd | null> {
  const record = readEngineRecord(dataPaths(dataFolder).engine)
  const find = () => (record === null ? [] : engineAmong(leftOf(dataFolder), record))
  const found = find()
  if (found.length === 0) return null
  const tree: TreeReader = {
    read() {
      const processes = find().map(({ pid, name }) => ({ pid, ppid: 1, name, rssBytes: 0, startTime: 0 }))
      return { processes, rssBytes: 0 }
    },
  }
  return killTree({ tree })
}

/**
 * True while a process lives that an app with this data folder has started: one that was killed a moment ago is followed by its
 * parts one after the other, and one that replaces its program has no environment to be known by meanwhile.
 */
export function isAnythingLeft(dataFolder: string): boolean {
  const record = readEngineRecord(dataPaths(dataFolder).engine)
  const lives = record !== null && readStat(record.pid)?.startTime === record.startTime
  return lives || readProcesses().some(({ run }) => run !== null && isRunOf(dataFolder, run))
}

function leftOf(dataFolder: string): Leftover[] {
  return orphansOf(readProcesses()).flatMap(({ pid, name, run }) => {
    const session = run !== null && isRunOf(dataFolder, run) ? sessionOf(pid) : null
    const startTime = readStat(pid)?.startTime
    return session === null || startTime === undefined ? [] : { pid, name, session, startTime }
  })
}

/**
 * The engine and the processes in its session, which it leads. The session's number is not given to anybody else while one
 * of them lives; where it leads one, the engine's start must be the one written down.
 */
export function engineAmong(
  left: readonly Leftover[],
  { pid, startTime }: Pick<EngineRecord, 'pid' | 'startTime'>,
): Leftover[] {
  const leader = left.find((process) => process.pid === pid)
  if (leader && leader.startTime !== startTime) return []
  return left.filter(({ session }) => session === pid)
}
