import type { ExitObservation } from './exit-observation'

/** The evidence of a backend that could not even be forked: too many processes or open files, no memory. */
export function launchFailure(error: unknown): ExitObservation {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: String(error) }
  return {
    platform: process.platform,
    electronMajor: Number.parseInt(process.versions.electron ?? '0', 10),
    exitCode: null,
    gone: null,
    launchError: { name, message },
    uncaught: null,
    errorStack: null,
    stderrTail: '',
    lastWords: [],
    pid: null,
    intent: null,
    oomKills: null,
    memory: null,
    fatalError: null,
    crash: null,
    uptimeMs: 0,
    endedAt: null,
    runningJobs: 0,
  }
}
