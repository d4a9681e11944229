import { cutText, flat } from '../../common/output/cut-text'
import { type ErrorSummary, MAX_NAME_LENGTH } from '../../common/protocol/messages'

/** Length of the end that is searched, in UTF-16 code units. */
const MAX_TAIL = 32_768
/** Longest message kept, in bytes of JSON. */
const MAX_MESSAGE = 500

/** Python's output before it exited: about an exception, or about a crash if `faulthandler` is on. */
export interface PythonFatal {
  /** `exception`: it was not caught. `crash`: a signal, or the interpreter's own fatal error. */
  readonly kind: 'exception' | 'crash'
  readonly error: ErrorSummary
  /** The innermost frame: `render (nodes.py:12)`; `null` if there is none. */
  readonly where: string | null
  /**
   * True if nothing was written after it: this ended Python, and is not an error that was logged on the way.
   */
  readonly isLast: boolean
}

const TRACEBACK = /^Traceback \(most recent call last\):$/
/** The line after the frames: `torch.OutOfMemoryError: CUDA out of memory`, or a bare `MemoryError`. */
const EXCEPTION = /^(?<name>[A-Za-z_][\w.]*)(?:: (?<message>.*))?$/
/** A frame, which Python's traceback and faulthandler modules write alike, except for a comma. */
const FRAME = /^ {2}File "(?<file>[^"]+)", line (?<line>\d+),? in (?<name>.+)$/
const CRASH = /^Fatal Python error: (?<message>.+)$/
/** The C++ library's message about an uncaught `std::bad_alloc`: many native nodes allocate this way. */
const BAD_ALLOC = /^terminate called after throwing an instance of '(?<name>std::bad_alloc)'/

/** Finds Python's last fatal error in the end of a process's stderr; `null` if there is none. */
export function parsePythonFatal(stderrTail: string): PythonFatal | null {
  const lines = stderrTail.slice(-MAX_TAIL).split(/\r?\n/)
  const at = lines.findLastIndex((line) => TRACEBACK.test(line) || CRASH.test(line) || BAD_ALLOC.test(line))
  const first = lines[at]
  if (first === undefined) return null
  const rest = lines.slice(at + 1)
  return TRACEBACK.test(first) ? parseException(rest) : parseCrash(first, rest)
}

function parseException(lines: readonly string[]): PythonFatal | null {
  // Frames are indented, each followed by its source and, from Python 3.11 on, by marks.
  const at = lines.findIndex((line) => line !== '' && !line.startsWith(' '))
  const { name, message = '' } = EXCEPTION.exec(lines[at] ?? '')?.groups ?? {}
  if (name === undefined) return null
  return {
    kind: 'exception',
    error: summary(name, message),
    where: placeOf(lines.slice(0, at).findLast((line) => FRAME.test(line))),
    isLast: lines.slice(at + 1).every((line) => line.trim() === ''),
  }
}

function parseCrash(first: string, rest: readonly string[]): PythonFatal {
  const { name } = BAD_ALLOC.exec(first)?.groups ?? {}
  const { message = '' } = CRASH.exec(first)?.groups ?? {}
  return {
    kind: 'crash',
    error: name ? summary(name, '') : summary('Fatal Python error', message),
    // The most recent call comes first.
    where: placeOf(rest.find((line) => FRAME.test(line))),
    isLast: true,
  }
}

/** Copies the error, which is kept with every lost job: it must not keep the whole text alive. */
function summary(name: string, message: string): ErrorSummary {
  return { name: flat(cutText(MAX_NAME_LENGTH, name)), message: flat(cutText(MAX_MESSAGE, message)) }
}

function placeOf(frame: string | undefined): string | null {
  const { file, line, name } = FRAME.exec(frame ?? '')?.groups ?? {}
  return file === undefined ? null : `${name} (${file}:${line})`
}
