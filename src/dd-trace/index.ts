import path from 'node:path'
import { runScript } from '../compiled/script'

export { underFlagsOfThisProcess } from '../compiled/code-cache'
export { areCodeCachesUsed, codeCaches, runScript } from '../compiled/script'

let modules: ((name: string) => unknown) | null = null

/**
 * A module of dd-trace, by the name that `require` would know it by. The app ships dd-trace as one file; what of it
 * the monitor asks for is listed in `scripts/bundle/dd-trace.mjs`.
 */
export function ddTraceModule(name: string): unknown {
  modules ??= runScript(path.join(__dirname, 'bundle.js')) as (name: string) => unknown
  return modules(name)
}
