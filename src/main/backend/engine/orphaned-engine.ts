import { argumentsOf, sessionOf } from '../../../common/process/proc'
import type { TreeReader } from '../../../common/process/process-tree'
import { killTree, type TreeEnd } from '../kill-tree'
import { type MarkedProcess, orphansOf, readProcesses } from '../orphans'
import { isRunOf } from '../run-marker'

interface Leftover extends Pick<MarkedProcess, 'pid' | 'name'> {
  readonly session: number
}

/**
 * Ends an engine that outlived its Studio, which somebody killed: it would hold port and memory against the next one.
 * Known are its runs by the data folder, and it by its command: what else it started to stay is left alone. Only on
 * Linux, where processes show their environment.
 * @returns what became of it, `null` when there was none
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

/** The engine leads a session of its own, and those that are in it go with it. */
function engineAmong(left: readonly Leftover[], command: readonly string[]): Leftover[] {
  const leaders = left.filter(({ pid, session }) => pid === session && isStartedAs(command, argumentsOf(pid)))
  return left.filter(({ session }) => leaders.some((leader) => leader.session === session))
}

/** Wrappers such as pyenv's and `ddtrace-run` put the program's full path in the place of its name. */
function isStartedAs(command: readonly string[], argv: readonly string[]): boolean {
  const args = command.slice(1)
  if (args.length === 0) return argv.at(-1)?.split('/').at(-1) === command[0]?.split('/').at(-1)
  const last = argv.slice(-args.length)
  return argv.length > args.length && args.every((arg, at) => arg === last[at])
}
