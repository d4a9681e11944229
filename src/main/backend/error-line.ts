import { RUNNER_LINE } from '../../common/engine/runner-line'
import { cutText } from '../../common/output/cut-text'

/** Longest line quoted, in bytes of JSON. */
const MAX_LENGTH = 180
/** The number of lines before an exit in which an error explains it; a fatal one explains it from any of those kept. */
const NEAR_THE_END = 5

/** A program's word that it cannot go on. */
const FATAL = /\b(?:fatal|panic(?:ked)?|critical)\b/i
/** A program's word that something failed. */
const ERROR =
  /\b(?:\w*error|\w*exception|fail(?:ed|ure|s)?|cannot|can't|could not|couldn't|unable|corrupt(?:ed)?|denied|refused|invalid|unrecognized|not found|no such|missing|aborted)\b/i
/** The name of an error of the system, such as ENOENT. */
const SYSTEM_ERROR = /\bE[A-Z]{4,}\b/
/** A line that says of itself that nothing is wrong. */
const HARMLESS =
  /\b(?:no|0|without) (?:\w+ )?(?:errors?|exceptions?|failures?)\b|^\W*(?:\S+ ){0,2}\W*(?:info|debug|trace|warn(?:ing)?)\b/i
/** Lines below an error that tell where it came from. */
const STACK = /^\s+(?:at |File "|\^|in )|^\s{2,}\S/

/**
 * The line among the last words that says why a program exited with an error: the last that tells of a fatal error, or
 * one shortly before the end that tells of any; `null` where none does.
 * @param lines oldest first
 */
export function findErrorLine(lines: readonly string[]): string | null {
  // The runner tells how the engine has ended, and not why.
  const own = (line: string) => STACK.test(line) || line.startsWith(RUNNER_LINE)
  const said = lines.filter((line) => !own(line)).map(messageOf)
  const fatal = said.findLast((line) => FATAL.test(line) && !HARMLESS.test(line))
  const error = said.slice(-NEAR_THE_END).findLast(tellsOfError)
  const line = (fatal ?? error)?.replace(/\s+/g, ' ').trim()
  return line ? cutText(MAX_LENGTH, line) : null
}

function tellsOfError(line: string): boolean {
  return (ERROR.test(line) || SYSTEM_ERROR.test(line)) && !HARMLESS.test(line)
}

/** The message of a logger's JSON line, with its level where that is an error's; any other line as it is. */
function messageOf(line: string): string {
  if (!line.startsWith('{') || !line.endsWith('}')) return line
  try {
    const { level, severity, msg, message } = JSON.parse(line)
    const said = typeof msg === 'string' ? msg : message
    return typeof said === 'string' ? `${levelOf(level ?? severity)}${said}` : line
  } catch {
    return line
  }
}

/** pino's numbers and the names of others. */
function levelOf(level: unknown): string {
  if (typeof level === 'number') return level >= 60 ? 'FATAL: ' : level >= 50 ? 'ERROR: ' : 'INFO: '
  return typeof level === 'string' ? `${level.toUpperCase()}: ` : ''
}
