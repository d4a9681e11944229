import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import vm from 'node:vm'
import { forThisProcess } from './code-cache'
import { onePerProcess } from './one-per-process'

type ModuleFunction = (
  exports: unknown,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void

/** V8's compiled code of a script, and the file it is looked for in. */
export interface CodeCache {
  readonly file: string
  readonly data: Buffer
}

interface RunningScript {
  readonly file: string
  readonly module: { readonly exports: unknown }
  readonly codeCache: () => CodeCache
  /** True if V8 accepted the code from the cache; `null` when there is none for this Electron. */
  readonly cacheUsed: boolean | null
}

const running = onePerProcess<RunningScript[]>('scripts', [])

/**
 * Runs a file that is written as a function expression, as Node wraps a module, from V8's compiled code:
 * once, as `require` would, but without compiling it. The file cannot call `import()`.
 * @returns what it exports
 * @throws what it throws
 */
export function runScript(file: string): unknown {
  const known = running.find((script) => script.file === file)
  if (known) return known.module.exports
  const cacheFile = cacheFileOf(file)
  const cachedData = readCache(cacheFile)
  const script = new vm.Script(readFileSync(file, 'latin1'), {
    filename: file,
    ...(cachedData ? { cachedData } : {}),
  })
  const module = { exports: {} as unknown }
  const started: RunningScript = {
    file,
    module,
    codeCache: () => ({ file: cacheFile, data: script.createCachedData() }),
    cacheUsed: cachedData ? script.cachedDataRejected === false : null,
  }
  running.push(started)
  try {
    const run: ModuleFunction = script.runInThisContext()
    run(module.exports, createRequire(file), module, file, path.dirname(file))
  } catch (error) {
    running.splice(running.indexOf(started), 1)
    throw error
  }
  return module.exports
}

/** True if V8 accepted the code caches of all that runs here; `null` when there is none for this Electron. */
export function areCodeCachesUsed(): boolean | null {
  const used = running.map(({ cacheUsed }) => cacheUsed)
  if (used.includes(false)) return false
  return used.includes(null) || used.length === 0 ? null : true
}

/** The content that `scripts/code-cache` writes into each cache file. */
export function codeCaches(): CodeCache[] {
  return running.map(({ codeCache }) => codeCache())
}

/** The cache file of a script: compiled code serves one build of V8 on one kind of processor. */
function cacheFileOf(file: string): string {
  const { dir, name } = path.parse(file)
  return path.join(dir, `${name}.${process.versions.v8}-${process.platform}-${process.arch}.cache`)
}

/**
 * Reads only from beside the script (in the packaged app, its archive): V8 runs what a cache holds unchecked.
 */
function readCache(file: string): Buffer | null {
  try {
    return forThisProcess(readFileSync(file))
  } catch {
    return null
  }
}
