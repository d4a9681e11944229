import { type BundledModules, runBundle } from './bundle'

let modules: BundledModules | null = null

/**
 * A module of dd-trace, by the name that `require` would know it by. The app ships dd-trace as one file; what of it
 * the monitor asks for is listed in `scripts/bundle/dd-trace.mjs`.
 */
export function ddTraceModule(name: string): unknown {
  modules ??= runBundle()
  return modules(name)
}
