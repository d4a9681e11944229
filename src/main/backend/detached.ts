import { readFileSync } from 'node:fs'
import type { TreeReader } from '../../common/process/process-tree'

/**
 * The session id of a process: a process started detached (setsid(2)) has its own, and is meant to outlive
 * its parent. `null` if it cannot be read, which is everywhere but on Linux.
 */
export function sessionOf(pid: number, proc = '/proc'): number | null {
  try {
    const stat = readFileSync(`${proc}/${pid}/stat`, 'utf8')
    // Field 6, counted from the state, which follows the name; the name may hold blanks and parentheses
    // (proc_pid_stat(5)).
    const session = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])
    return Number.isInteger(session) ? session : null
  } catch {
    return null
  }
}

/**
 * The tree without processes that were started detached: a browser that shows a result stays when Studio is
 * closed.
 */
export function withoutDetached(
  tree: TreeReader,
  session: number | null,
  sessionOfProcess: (pid: number) => number | null = sessionOf,
): TreeReader {
  return {
    async read() {
      const all = await tree.read()
      if (!all) return null
      const belongs = (pid: number) => {
        const own = sessionOfProcess(pid)
        return session === null || own === null || own === session
      }
      return { ...all, processes: all.processes.filter(({ pid }) => belongs(pid)) }
    },
  }
}
