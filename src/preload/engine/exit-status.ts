import os from 'node:os'

/** How the engine's process ended, as Node's `exit` event tells it. */
export interface EngineExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The runner's own exit code: the engine's, or 128 + n for a signal, as a shell passes on the fate of its child. */
export function exitCodeOf({ code, signal }: EngineExit): number {
  if (signal === null) return code ?? 1
  return 128 + (os.constants.signals[signal] ?? 0)
}

/** For people: `ended with exit code 3`, `was ended by SIGSEGV`. */
export function describeExit({ code, signal }: EngineExit): string {
  return signal === null ? `ended with exit code ${code ?? 'unknown'}` : `was ended by ${signal}`
}
