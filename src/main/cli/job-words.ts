import { duration, percent } from '../../common/output/units'
import { type Cause, describeCause } from '../backend/cause'
import type { FailedJob } from '../records/jobs/failed-job'
import { terminalText } from './terminal-text'

/**
 * Longest part of an error message in a table, in UTF-16 code units; the terminal's width may cut it further.
 */
const MESSAGE_LENGTH = 200

/** Causes that may be an out-of-memory without their name saying so. */
const SILENT: ReadonlySet<Cause> = new Set(['killed', 'crash', 'error-exit', 'launch-failed', 'unresponsive'])

/** The job's title: its name and kind or, without either, its id. */
export function jobTitle({ name, kind, jobId }: FailedJob): string {
  const [title = '', sort = ''] = [name, kind].map((text) => terminalText(text ?? '')).filter(Boolean)
  if (!title) return terminalText(jobId)
  return sort && sort !== title ? `${title} (${sort})` : title
}

export function jobProgress({ progress }: FailedJob): string {
  return progress === null ? '' : percent(progress)
}

export function jobRanFor({ state, durationMs }: FailedJob): string {
  return state === 'queued' ? 'not begun' : duration(durationMs)
}

export function jobCause({ cause, oom, state, resubmitted }: FailedJob): string {
  if (resubmitted) return `submitted again (${describeCause(cause)}, while the job waited)`
  const words = oom && SILENT.has(cause) ? `${describeCause(cause)} (out of memory?)` : describeCause(cause)
  return state === 'queued' ? `${words}, while the job waited` : words
}

/** The job's own error in one line; `null` without one. */
export function jobError({ error }: FailedJob): string | null {
  if (!error) return null
  const line = terminalText([error.name, error.message].filter(Boolean).join(': '))
  return line.length > MESSAGE_LENGTH ? `${terminalText(line.slice(0, MESSAGE_LENGTH))}…` : line || null
}
