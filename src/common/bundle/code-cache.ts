import vm from 'node:vm'
import { onePerProcess } from './one-per-process'

/**
 * The place in every code cache of the hash of the V8 flags it was made under: four bytes
 * (`code-serializer.h`).
 */
const FLAG_HASH = { from: 12, to: 16 }
/** The heap limit as `backend/process` passes it: it sizes the heap, and no compiled code depends on it. */
const HEAP_LIMIT = /^--js-flags=--max-old-space-size=\d+$/

interface OwnFlags {
  readonly before: Buffer
  readonly after: Buffer
}

/** V8's hash of this process's flags, before and after those that `withCachesKept` has set. */
const flags = onePerProcess<{ own: OwnFlags | null }>('flags', { own: null })

/**
 * A code cache as V8 takes it in this process. V8 rejects one that was made under other flags, and compares nothing but
 * this hash: no flag says which ones the compiled code depends on. A heap limit is a flag too, so is what `new-space`
 * sets, and neither changes a byte of the code: without this a backend with STUDIO_HEAP_LIMIT, and the app itself, would
 * compile everything anew at each start. Where these are the only flags that differ, the cache is marked as made under
 * them. V8 checks its own version and the source apart from that, and any other flag that differs still makes it reject
 * the cache. That the hash lies where it is looked for is held by a test.
 */
export function forThisProcess(cache: Buffer, execArgv: readonly string[] = process.execArgv): Buffer {
  const isLimited = execArgv.length === 1 && HEAP_LIMIT.test(execArgv[0] ?? '')
  return isLimited || isWithoutOwnFlags(cache) ? marked(cache, flagsNow()) : cache
}

/**
 * Marks a cache of this process, or of one that differs only in our own flags, as if none of those had been
 * set.
 */
export function withoutOwnFlags(cache: Buffer): Buffer {
  return marked(cache, flags.own?.before ?? flagsNow())
}

function marked(cache: Buffer, hash: Buffer): Buffer {
  hash.copy(cache, FLAG_HASH.from)
  return cache
}

/**
 * @param setFlags sets V8 flags that no compiled code depends on: caches made without them are still accepted
 */
export function withCachesKept(setFlags: () => void): void {
  const before = flags.own?.before ?? flagsNow()
  setFlags()
  flags.own = { before, after: flagsNow() }
}

function isWithoutOwnFlags(cache: Buffer): boolean {
  if (!flags.own) return false
  return flags.own.before.equals(flagsOf(cache)) && flags.own.after.equals(flagsNow())
}

function flagsNow(): Buffer {
  return flagsOf(new vm.Script('0').createCachedData())
}

function flagsOf(cache: Buffer): Buffer {
  return cache.subarray(FLAG_HASH.from, FLAG_HASH.to)
}
