import os from 'node:os'

/** The exit of the engine's process, as in Node's `exit` event. */
export interface EngineExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The runner's own exit code: the engine's, or 128 + n for a signal, as a shell reports its child's. */
export function exitCodeOf({ code, signal }: EngineExit): number {
  if (signal === null) return code ?? 1
  return 128 + (os.constants.signals[signal] ?? 0)
}

/** Describes the exit: `ended with exit code 3`, `was ended by SIGSEGV`. */
export function describeExit({ code, signal }: EngineExit): string {
  return signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`
}
