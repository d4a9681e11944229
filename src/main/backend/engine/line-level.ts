import { LEVELS_BY_NAME, type LogLevel, levelNamed } from '../../../common/output/log-level'

const NAME = Object.keys(LEVELS_BY_NAME).join('|')
/** The words that a logger puts in front of a level: date and time, its name, a bracket or a bar. */
const TIME = String.raw`\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\s\]]*\]?`
const CLOCK = String.raw`\[?\d\d:\d\d:\d\d(?:[.,]\d+)?\]?`
const LOGGER = String.raw`(?:[\w.]+|\[[^\]]*\])\s+(?:[-|:]\s+)?`

const FORMS: readonly RegExp[] = [
  // `[WARNING] …`, `Error: …`, `WARNING:root:…`; a colon or brackets make any spelling a level.
  new RegExp(String.raw`^(?:\[(${NAME})\]|(${NAME}):)`, 'i'),
  // `2026-11-30 19:41:26,123 WARNING [ddtrace] …`, `2026-11-30 19:41:26 | INFO | …`, `… - name - ERROR - …`
  new RegExp(String.raw`^(?:${TIME}|${CLOCK})\s+(?:[-|]\s+)?(?:${LOGGER})?\[?(${NAME.toUpperCase()})\b`),
  new RegExp(String.raw`^(${NAME.toUpperCase()})\s`),
]
/** Google's, of TensorFlow and absl: `W1130 19:41:26.123456 …`. */
const GOOGLE = /^([IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ /
const GOOGLE_LEVELS: Readonly<Record<string, LogLevel>> = { I: 'info', W: 'warn', E: 'error', F: 'error' }
/** Python's `warnings`: `/engine/nodes.py:12: UserWarning: …`. */
const PYTHON_WARNING = /^\S.*:\d+: \w*Warning: /

/**
 * The level that a line of a Python program states, in the forms that its loggers have; `null` where it states none. Which
 * stream it came on says nothing: the engine logs everything to stderr.
 */
export function lineLevel(line: string): LogLevel | null {
  for (const form of FORMS) {
    const name = form.exec(line)?.slice(1).find(Boolean)
    if (name !== undefined) return levelNamed(name)
  }
  const letter = GOOGLE.exec(line)?.[1]
  if (letter !== undefined) return GOOGLE_LEVELS[letter] ?? null
  return PYTHON_WARNING.test(line) ? 'warn' : null
}
