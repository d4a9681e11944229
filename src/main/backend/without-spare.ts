import type { TreeReader } from '../../common/process/process-tree'

/** A tree without the engine's spare, which is none of the engine's processes: it neither counts as one nor ends as one. */
export function withoutSpare(tree: TreeReader, sparePid: () => number | null): TreeReader {
  return {
    async read() {
      const all = await tree.read()
      const spare = all?.processes.find(({ pid }) => pid === sparePid())
      if (!all || !spare) return all
      return {
        ...all,
        rssBytes: all.rssBytes - spare.rssBytes,
        processes: all.processes.filter((each) => each !== spare),
      }
    },
  }
}
