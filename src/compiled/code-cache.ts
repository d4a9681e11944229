import vm from 'node:vm'

/** Where V8 notes, in every code cache, a hash of the flags it was made under: four bytes (`code-serializer.h`). */
const FLAGS = { from: 12, to: 16 }
/** As `backend/process` gives it: it sizes the heap, and no compiled code depends on it. */
const HEAP_LIMIT = /^--js-flags=--max-old-space-size=\d+$/

/**
 * V8 takes no code made under other flags, and a heap limit is one. Where that is the only one, the cache is marked as
 * made under it; whatever else differs V8 still rejects.
 */
export function forThisProcess(cache: Buffer, execArgv: readonly string[] = process.execArgv): Buffer {
  if (execArgv.length !== 1 || !HEAP_LIMIT.test(execArgv[0] ?? '')) return cache
  return underFlagsOfThisProcess(cache)
}

/** The cache marked as made under this process's flags: for those that no compiled code depends on. */
export function underFlagsOfThisProcess(cache: Buffer): Buffer {
  new vm.Script('0').createCachedData().copy(cache, FLAGS.from, FLAGS.from, FLAGS.to)
  return cache
}
