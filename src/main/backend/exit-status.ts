import type { ExitObservation } from './exit-observation'

/** The cause of an end as far as the exit status alone tells. */
export type Ending =
  | 'clean'
  /** An exit code that is not 0: `process.exit(7)`, an exception nobody caught. */
  | 'error'
  /** SIGKILL, which nobody can catch: the kernel's answer to a lack of memory, or anyone's. */
  | 'kill'
  /** Ended from outside in another way: SIGTERM, Ctrl-C, the task manager. */
  | 'terminate'
  /** A crash in one of the ways in which V8 ends a process that is out of memory, and other programs too. */
  | 'abort'
  | 'crash'
  /** The status was made to say this. */
  | 'out-of-memory'
  /** The system refused memory, or took the process for it. */
  | 'no-memory'
  /** The program could not be loaded. */
  | 'no-start'
  | 'unknown'

export interface ExitStatus {
  readonly ending: Ending
  /** For people: `exit status 6 (SIGABRT)`. */
  readonly text: string
  /** The name of a signal, or `null`. */
  readonly signal: string | null
  /** The fate of a child of the backend (an engine), which the backend made its own exit code. */
  readonly passedOn: boolean
}

/** The evidence that the status is read from. */
export type StatusEvidence = Pick<ExitObservation, 'platform' | 'exitCode' | 'gone' | 'uncaught'>
