import { argumentsOf, sessionOf } from '../../../common/process/proc'
import type { TreeReader } from '../../../common/process/process-tree'
import { killTree, type TreeEnd } from '../kill-tree'
import { type MarkedProcess, orphansOf, readProcesses } from '../orphans'
import { isRunOf } from '../run-marker'

interface Leftover extends Pick<MarkedProcess, 'pid' | 'name'> {
  readonly session: number
}

/**
 * Kills an engine that outlived its Studio, which was killed: it would hold port and memory against the next
 * one. Its runs are known by the data folder, and the engine by its command: other processes that it started
 * to stay are left alone. Only on Linux, where the environment of processes can be read.
 * @returns what became of it; `null` when there was none
 */
export async function killOrphanedEngine(
  dataFolder: string,
  command: readonly string[],
): Promise<TreeEnd | null> {
  const find = () => engineAmong(leftOf(dataFolder), command)
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

function leftOf(dataFolder: string): Leftover[] {
  return orphansOf(readProcesses()).flatMap(({ pid, name, run }) => {
    const session = run !== null && isRunOf(dataFolder, run) ? sessionOf(pid) : null
    return session === null ? [] : { pid, name, session }
  })
}

/** The engine and the processes in its session, which it leads. */
function engineAmong(left: readonly Leftover[], command: readonly string[]): Leftover[] {
  const leaders = left.filter(({ pid, session }) => pid === session && isStartedAs(command, argumentsOf(pid)))
  return left.filter(({ session }) => leaders.some((leader) => leader.session === session))
}

/**
 * Compares the commands: wrappers such as pyenv's and `ddtrace-run` replace the program's name by its full
 * path.
 */
function isStartedAs(command: readonly string[], argv: readonly string[]): boolean {
  const args = command.slice(1)
  if (args.length === 0) return argv.at(-1)?.split('/').at(-1) === command[0]?.split('/').at(-1)
  const last = argv.slice(-args.length)
  return argv.length > args.length && args.every((arg, at) => arg === last[at])
}
