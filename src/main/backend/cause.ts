/** The causes of a backend's death. The names are part of the records on disk and never change. */
export const DEATH_CAUSES = [
  'heap-out-of-memory',
  'memory-limit',
  'kernel-oom-kill',
  'killed',
  'crash',
  'unresponsive',
  'error-exit',
  'launch-failed',
] as const

/** The causes of a job's loss: with its backend, with the whole app, or because it threw. */
export const CAUSES = [...DEATH_CAUSES, 'app-killed', 'job-error'] as const

export type DeathCause = (typeof DEATH_CAUSES)[number]
export type Cause = (typeof CAUSES)[number]

/** Describes the cause in words. */
export function describeCause(cause: Cause): string {
  switch (cause) {
    case 'heap-out-of-memory':
      return 'ran out of JavaScript heap'
    case 'memory-limit':
      return 'went over the memory limit'
    case 'kernel-oom-kill':
      return 'killed by the system, out of memory'
    case 'killed':
      return 'killed from outside'
    case 'crash':
      return 'crashed'
    case 'unresponsive':
      return 'stopped responding'
    case 'error-exit':
      return 'exited with an error'
    case 'launch-failed':
      return 'could not start'
    case 'app-killed':
      return 'the app itself was killed'
    case 'job-error':
      return 'the job failed'
  }
}
