/**
 * The states of a check. `problem`: something does not work. `warning`: it works, but not as it should, or
 * could not be checked.
 */
export const STATES = ['ok', 'warning', 'problem'] as const
export type CheckState = (typeof STATES)[number]

/** The result of one check. */
export interface Finding {
  readonly state: CheckState
  /** The result in one line. */
  readonly summary: string
  /** Further facts, a line each. */
  readonly details: readonly string[]
  /** Facts that are as they usually are, a line each: a person is told them with `--verbose` alone. */
  readonly usual?: readonly string[]
  /** The next step for the user; `null` if there is none. */
  readonly next: string | null
}

export interface Check {
  /** A few words, the same in every run: scripts search for them. */
  readonly name: string
  /** Runs the check; an error it throws becomes a problem. */
  readonly run: () => Finding | Promise<Finding>
}

export interface CheckedFinding extends Finding {
  readonly check: string
}

export function ok(summary: string, details: readonly string[] = [], usual: readonly string[] = []): Finding {
  return { state: 'ok', summary, details, next: null, ...(usual.length > 0 && { usual }) }
}

export function warning(
  summary: string,
  next: string,
  details: readonly string[] = [],
  usual: readonly string[] = [],
): Finding {
  return { state: 'warning', summary, details, next, ...(usual.length > 0 && { usual }) }
}

export function problem(
  summary: string,
  next: string,
  details: readonly string[] = [],
  usual: readonly string[] = [],
): Finding {
  return { state: 'problem', summary, details, next, ...(usual.length > 0 && { usual }) }
}
