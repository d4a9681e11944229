import type { ErrorSummary } from '../../common/protocol/messages'
import { findErrorLine } from './error-line'
import { readExitStatus } from './exit-cause-status'
import type { ExitMemory, ExitObservation } from './exit-observation'
import type { ExitStatus } from './exit-status'
import { type PythonFatal, parsePythonFatal } from './python-fatal'
import { parseV8Fatal, type V8Fatal } from './v8-fatal'

/** The signals that the rules use, read from the evidence. */
export interface Signs {
  readonly given: ExitObservation
  readonly status: ExitStatus
  readonly v8: V8Fatal | null
  readonly eventSaysOutOfMemory: boolean
  readonly nearHeapLimit: boolean
  readonly memoryError: MemoryError | null
  /** The fatal error of a Python that the backend runs, and whose exit status became its own. */
  readonly python: PythonFatal | null
  /** The line that explains an exit with an error; `null` where the error is known better, and for all else. */
  readonly errorLine: string | null
}

export function readSigns(given: ExitObservation): Signs {
  const status = readExitStatus(given)
  const python = pythonFatalOf(given, status)
  const isErrorKnown = given.uncaught !== null || given.launchError !== null || python !== null
  return {
    given,
    status,
    v8: parseV8Fatal(given.stderrTail, given.pid),
    eventSaysOutOfMemory: /out of memory|\bOOM\b/i.test(given.fatalError ?? ''),
    nearHeapLimit: given.memory !== null && isNearHeapLimit(given.memory),
    memoryError: given.uncaught && memoryErrorOf(given.uncaught),
    python,
    errorLine: status.ending === 'error' && !isErrorKnown ? findErrorLine(given.lastWords) : null,
  }
}

/**
 * Finds Python's fatal error: an exception ends Python with an error, a crash with the signal that it tells of, so other
 * messages are not from its end.
 */
function pythonFatalOf(
  { uncaught, launchError, stderrTail, platform }: ExitObservation,
  status: ExitStatus,
): PythonFatal | null {
  if (uncaught || launchError) return null
  const fatal = parsePythonFatal(stderrTail)
  if (fatal?.kind === 'exception') return status.ending === 'error' ? fatal : null
  // Windows has codes in place of signals, and more of them.
  const fits = platform === 'win32' ? isCrash(status) : status.passedOn && status.signal === fatal?.signal
  return fits ? fatal : null
}

function isCrash({ ending }: ExitStatus): boolean {
  return ending === 'crash' || ending === 'abort'
}

/** Age after which a memory sample says nothing about the exit, in milliseconds. */
const FRESH_MS = 60_000
const NEAR = 0.9

/**
 * True if the heap was nearly full. An emptier one proves nothing: a single allocation may have been too
 * large.
 */
function isNearHeapLimit({ ageMs, heapUsedBytes, heapLimitBytes }: ExitMemory): boolean {
  if (heapUsedBytes === null || heapLimitBytes === null || heapLimitBytes <= 0) return false
  return ageMs <= FRESH_MS && heapUsedBytes >= heapLimitBytes * NEAR
}

type MemoryError = (typeof MEMORY_ERRORS)[number]['is']

/** Exceptions that mean a lack of memory (Node's lib/internal/errors.js, V8's messages; both seen). */
const MEMORY_ERRORS = [
  { is: 'worker-heap', message: /^Worker terminated due to reaching memory limit/ },
  { is: 'buffer', message: /^Array buffer allocation failed$/ },
] as const

function memoryErrorOf(error: ErrorSummary): MemoryError | null {
  return MEMORY_ERRORS.find(({ message }) => message.test(error.message))?.is ?? null
}
