import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import vm from 'node:vm'
import { forThisProcess } from './code-cache'

/** What the bundle exports. */
export type BundledModules = (name: string) => unknown

type ModuleFunction = (
  exports: object,
  require: NodeJS.Require,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void

const FILE = path.join(__dirname, 'bundle.js')

/** Compiled code serves one build of V8 on one kind of processor. */
export const CACHE_FILE = path.join(
  __dirname,
  `bundle.${process.versions.v8}-${process.platform}-${process.arch}.cache`,
)

export interface RunningBundle {
  readonly modules: BundledModules
  /** What V8 has compiled of it by now, for `CACHE_FILE`. */
  codeCache(): Buffer
  /** Whether V8 took the code from `CACHE_FILE`; `null` when there is none for this Electron. */
  readonly cacheUsed: boolean | null
}

/**
 * Runs `bundle.js`, which is written as Node wraps a module: a function expression.
 * @throws what dd-trace throws when it is loaded
 */
export function runBundle(): RunningBundle {
  const cachedData = readCache()
  const script = new vm.Script(readFileSync(FILE, 'latin1'), {
    filename: FILE,
    ...(cachedData ? { cachedData } : {}),
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const module = { exports: {} }
  const run: ModuleFunction = script.runInThisContext()
  run(module.exports, createRequire(FILE), module, FILE, __dirname)
  return {
    modules: module.exports as unknown as BundledModules,
    codeCache: () => script.createCachedData(),
    cacheUsed: cachedData ? script.cachedDataRejected === false : null,
  }
}

/** Only from beside the bundle, in the packed app its archive: what V8 takes from a cache it runs unchecked. */
function readCache(): Buffer | null {
  try {
    return forThisProcess(readFileSync(CACHE_FILE))
  } catch {
    return null
  }
}
