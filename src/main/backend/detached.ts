import { sessionOf } from '../../common/process/proc'
import type { TreeReader } from '../../common/process/process-tree'

/** A tree without what was started detached: a browser that shows a result stays when Studio is closed. */
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
