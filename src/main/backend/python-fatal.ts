import { type PythonFrame, readFrame } from '../../common/engine/python-stack'
import { cutText, flat } from '../../common/output/cut-text'
import { type ErrorSummary, MAX_NAME_LENGTH } from '../../common/protocol/messages'
import { blockAfter, describePlaces } from './python-frames'

/** Length of the end that is searched, in UTF-16 code units. */
const MAX_TAIL = 32_768
/** Longest message kept, in bytes of JSON. */
const MAX_MESSAGE = 500

/** Python's output before it exited: about an exception, or about a crash if `faulthandler` is on. */
export interface PythonFatal {
  /** `exception`: it was not caught. `crash`: a signal, or the interpreter's own fatal error. */
  readonly kind: 'exception' | 'crash'
  readonly error: ErrorSummary
  /** The signal that such a crash ends with; `null` for an exception. */
  readonly signal: string | null
  /** The innermost frame, `render (nodes.py:12)`, with the innermost one of a custom node beside it; `null` if there is none. */
  readonly where: string | null
  /** The frames of the thread that it ended, innermost first. */
  readonly frames: readonly PythonFrame[]
}

/** A progress bar has no line end: what is printed next stands behind it, on its line. */
const BAR = String.raw`.*\|.*\[[^\]]*\]`
const TRACEBACK = new RegExp(`^(?:${BAR})? *Traceback \\(most recent call last\\):$`)
/** The line after the frames: `torch.OutOfMemoryError: CUDA out of memory`, or a bare `MemoryError`. */
const EXCEPTION = /^(?<name>[A-Za-z_][\w.]*)(?:: (?<message>.*))?$/
/** Between the parts of one exception, each with a traceback of its own. */
const CHAIN =
  /^(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):$/
/** Python's own word, and faulthandler's for a fault that Windows raised. */
const CRASH = /(?:Fatal Python error|Windows fatal exception): (?<message>.+)$/
/** The C++ library's message about an uncaught `std::bad_alloc`: many native nodes allocate this way. */
const BAD_ALLOC =
  /(?:terminate called after throwing an instance of '|terminating (?:due to|with) uncaught exception of type )(?<name>std::bad_(?:alloc|array_new_length))/
/** The engine's own word that a job failed, and that it goes on. */
const JOB_FAILED = '!!! Exception during processing !!!'
/** The engine's word that it is done with a job, well or not. */
const JOB_OVER = /Prompt executed in /
/** Python's words ahead of a traceback that does not end it. */
const SURVIVED =
  /^(?:Exception in (?:thread|callback) |Exception ignored (?:in|on|while)|Task exception was never retrieved|future: <)/

/** The signals of faulthandler's words; any other fatal error of the interpreter's is an abort. */
const SIGNALS: Readonly<Record<string, string>> = {
  'Segmentation fault': 'SIGSEGV',
  'Bus error': 'SIGBUS',
  'Floating point exception': 'SIGFPE',
  'Illegal instruction': 'SIGILL',
}
const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

/**
 * Finds the error that ended Python in the end of its stderr; `null` if there is none. An exception is one only where it
 * is the last thing written, and no job's: the engine prints a traceback of each job that fails, and goes on.
 */
export function parsePythonFatal(stderrTail: string): PythonFatal | null {
  const lines = stderrTail
    .slice(-MAX_TAIL)
    .replaceAll(COLOURS, '')
    .split(/\r?\n/)
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
  return crashIn(lines) ?? exceptionIn(lines)
}

function crashIn(lines: readonly string[]): PythonFatal | null {
  const at = lines.findLastIndex((line, index) => isCrash(line, lines[index + 1]))
  const badAlloc = lines.findLastIndex((line) => BAD_ALLOC.test(line))
  if (at < 0 && badAlloc < 0) return null
  // The C++ library aborts, and faulthandler tells of the abort right after.
  const isOne = badAlloc >= 0 && (at < badAlloc || areOnlyWhat(lines.slice(badAlloc + 1, at)))
  const { name } = isOne ? (BAD_ALLOC.exec(lines[badAlloc] ?? '')?.groups ?? {}) : {}
  const message = CRASH.exec(lines[at] ?? '')?.groups?.message ?? ''
  const frames = at < badAlloc ? [] : crashedThread(lines.slice(at + 1))
  return {
    kind: 'crash',
    error: name ? summary(name, '') : summary('Fatal Python error', message),
    signal: SIGNALS[message] ?? 'SIGABRT',
    where: describePlaces(frames),
    frames,
  }
}

/** True for the C++ library's words of what it terminates for, and no more. */
function areOnlyWhat(lines: readonly string[]): boolean {
  return lines.every((line) => line.trim() === '' || line.startsWith('  what(): '))
}

/** Tells a line of a crash: the words are at its beginning, or behind a progress bar, or where faulthandler's next words follow. */
function isCrash(line: string, next = ''): boolean {
  const found = CRASH.exec(line)
  if (!found) return false
  const before = line.slice(0, found.index)
  return (
    before.trim() === '' ||
    new RegExp(`^${BAR} *$`).test(before) ||
    /^(?:Python runtime state: |Current thread )/.test(next)
  )
}

/** The frames of the thread that crashed, innermost first: faulthandler may tell of others before it. */
function crashedThread(lines: readonly string[]): PythonFrame[] {
  const at = lines.findIndex((line) =>
    /^(?:Current thread 0x.*|Stack) \(most recent call first\):$/i.test(line),
  )
  return at < 0 ? [] : blockAfter(lines, at)
}

function exceptionIn(lines: readonly string[]): PythonFatal | null {
  const start = lines.findLastIndex((line) => TRACEBACK.test(line))
  if (start < 0) return null
  const end = lines.findIndex((line, index) => index > start && line !== '' && !line.startsWith(' '))
  const { name, message = '' } = EXCEPTION.exec(lines[end] ?? '')?.groups ?? {}
  if (name === undefined || lines.slice(end + 1).some((line) => line.trim() !== '')) return null
  const first = beginningOf(lines, start)
  if (SURVIVED.test(lines[first - 1] ?? '') || isOfJob(lines, first)) return null
  // The most recent call comes last.
  const frames = lines
    .slice(start + 1, end)
    .flatMap((line) => readFrame(line) ?? [])
    .reverse()
  return {
    kind: 'exception',
    error: summary(name, message),
    signal: null,
    where: describePlaces(frames),
    frames,
  }
}

/** The line at which the first traceback of a chain of exceptions begins. */
function beginningOf(lines: readonly string[], start: number): number {
  const link = lines.slice(0, start).findLastIndex((line) => line !== '')
  if (!CHAIN.test(lines[link] ?? '')) return start
  const before = lines.slice(0, link).findLastIndex((line) => TRACEBACK.test(line))
  return before < 0 ? start : beginningOf(lines, before)
}

/** True where the engine's last word of a job before a traceback is that it failed: the traceback says why. */
function isOfJob(lines: readonly string[], start: number): boolean {
  const before = lines.slice(0, start)
  const failed = before.findLastIndex((line) => line.includes(JOB_FAILED))
  return failed >= 0 && failed > before.findLastIndex((line) => JOB_OVER.test(line))
}

/** Copies the error, which is kept with every lost job: it must not keep the whole text alive. */
function summary(name: string, message: string): ErrorSummary {
  return { name: flat(cutText(MAX_NAME_LENGTH, name)), message: flat(cutText(MAX_MESSAGE, message)) }
}
