import type { TreeReader } from '../../common/process/process-tree'

/** A tree without the process that it is rooted in: an engine, and not its runner. */
export function withoutRoot(tree: TreeReader, root: number | null): TreeReader {
  return {
    async read() {
      const all = await tree.read()
      return all && { ...all, processes: all.processes.filter(({ pid }) => pid !== root) }
    },
  }
}
