import path from 'node:path'
import { runScript } from '../compiled/script'

export { underFlagsOfThisProcess } from '../compiled/code-cache'
export { areCodeCachesUsed, codeCaches } from '../compiled/script'

/** From whichever of our folders this is run: there is one dd-trace in a process. */
const FILE = path.join(__dirname, '../dd-trace/bundle.js')

/**
 * A module of dd-trace, by the name that `require` would know it by. The app ships dd-trace as one file; what of it
 * the monitor asks for is listed in `scripts/bundle/dd-trace.mjs`.
 */
export function ddTraceModule(name: string): unknown {
  return (runScript(FILE) as (name: string) => unknown)(name)
}
