import { syncBuiltinESMExports } from 'node:module'

/** Node's modules that dd-trace makes spans of, or carries its context through. */
const TRACED = ['child_process', 'dns', 'fs', 'http', 'https', 'net'] as const

/**
 * Has Node's own modules traced for ES modules too: dd-trace changes a module when it is required, and `import` requires
 * nothing. To be called after dd-trace has started. It loads them, which takes some milliseconds. Never throws: what dd-trace
 * cannot change, because a backend has replaced what it builds on, stays as it is.
 */
export function traceBuiltins(): void {
  for (const name of TRACED) attempt(() => require(name))
  attempt(syncBuiltinESMExports)
}

function attempt(step: () => unknown): void {
  try {
    step()
  } catch {
    // Untraced, and alive.
  }
}
