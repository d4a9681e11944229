import { syncBuiltinESMExports } from 'node:module'

/** Node's modules that dd-trace traces, or carries its context through. */
const TRACED = ['child_process', 'dns', 'fs', 'http', 'https', 'net'] as const

/**
 * Makes dd-trace trace Node's own modules for ES modules too: dd-trace patches a module when it is required,
 * and `import` requires nothing. Call it after dd-trace has started. It loads them, which takes some
 * milliseconds. Never throws: what dd-trace cannot patch, because a backend has replaced what it builds on,
 * stays as it is.
 */
export function traceBuiltins(): void {
  for (const name of TRACED) attempt(() => require(name))
  attempt(syncBuiltinESMExports)
}

function attempt(step: () => unknown): void {
  try {
    step()
  } catch {
    // It stays untraced, and works.
  }
}
