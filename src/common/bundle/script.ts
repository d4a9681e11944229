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

/** What V8 has compiled of a script, and where that is looked for. */
export interface CodeCache {
  readonly file: string
  readonly data: Buffer
}

interface RunningScript {
  readonly file: string
  readonly module: { readonly exports: unknown }
  readonly codeCache: () => CodeCache
  /** Whether V8 took the code from the cache; `null` when there is none for this Electron. */
  readonly cacheUsed: boolean | null
}

const running = onePerProcess<RunningScript[]>('scripts', [])

/**
 * Runs a file that is written as Node wraps a module, a function expression, with what V8 has compiled of it before:
 * as `require` would, once, but without compiling it. It cannot call `import()`.
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

/** Whether V8 took all that runs here from its code caches; `null` when there is none for this Electron. */
export function areCodeCachesUsed(): boolean | null {
  const used = running.map(({ cacheUsed }) => cacheUsed)
  if (used.includes(false)) return false
  return used.includes(null) || used.length === 0 ? null : true
}

/** For `scripts/code-cache`: what belongs into each file that is looked for. */
export function codeCaches(): CodeCache[] {
  return running.map(({ codeCache }) => codeCache())
}

/** Compiled code serves one build of V8 on one kind of processor. */
function cacheFileOf(file: string): string {
  const { dir, name } = path.parse(file)
  return path.join(dir, `${name}.${process.versions.v8}-${process.platform}-${process.arch}.cache`)
}

/** Only from beside the script, in the packed app its archive: what V8 takes from a cache it runs unchecked. */
function readCache(file: string): Buffer | null {
  try {
    return forThisProcess(readFileSync(file))
  } catch {
    return null
  }
}
