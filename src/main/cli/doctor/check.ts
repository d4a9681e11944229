/** `problem`: something does not work. `warning`: it works, but not as it should, or could not be checked. */
export const STATES = ['ok', 'warning', 'problem'] as const
export type CheckState = (typeof STATES)[number]

/** What one check found. */
export interface Finding {
  readonly state: CheckState
  /** One line. */
  readonly summary: string
  /** More lines, one fact each. */
  readonly details: readonly string[]
  /** What to do; `null` where there is nothing. */
  readonly next: string | null
}

export interface Check {
  /** A few words, the same in every run: scripts look for them. */
  readonly name: string
  /** What it throws becomes a problem. */
  readonly run: () => Finding | Promise<Finding>
}

export interface CheckedFinding extends Finding {
  readonly check: string
}

export function ok(summary: string, details: readonly string[] = []): Finding {
  return { state: 'ok', summary, details, next: null }
}

export function warning(summary: string, next: string, details: readonly string[] = []): Finding {
  return { state: 'warning', summary, details, next }
}

export function problem(summary: string, next: string, details: readonly string[] = []): Finding {
  return { state: 'problem', summary, details, next }
}
