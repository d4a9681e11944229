import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import vm from 'node:vm'

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

/**
 * Runs `bundle.js`, which is written as Node wraps a module: a function expression.
 * @throws what dd-trace throws when it is loaded
 */
export function runBundle(): BundledModules {
  // Plain ASCII, as esbuild writes it: latin1 is what V8 reads fastest.
  const script = new vm.Script(readFileSync(FILE, 'latin1'), {
    filename: FILE,
    importModuleDynamically: vm.constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  })
  const module = { exports: {} }
  const run: ModuleFunction = script.runInThisContext()
  run(module.exports, createRequire(FILE), module, FILE, __dirname)
  return module.exports as unknown as BundledModules
}
