import { CACHE_FILE, type RunningBundle, runBundle } from './bundle'

let bundle: RunningBundle | null = null

/**
 * A module of dd-trace, by the name that `require` would know it by. The app ships dd-trace as one file; what of it
 * the monitor asks for is listed in `scripts/bundle/dd-trace.mjs`.
 */
export function ddTraceModule(name: string): unknown {
  bundle ??= runBundle()
  return bundle.modules(name)
}

/** Whether V8 took dd-trace from its code cache; `null` when there is none for this Electron. */
export function isCodeCacheUsed(): boolean | null {
  return bundle?.cacheUsed ?? null
}

/** For `scripts/code-cache`: the file that is looked for, and what belongs into it. */
export function codeCache(): { file: string; data: Buffer } | null {
  return bundle && { file: CACHE_FILE, data: bundle.codeCache() }
}
