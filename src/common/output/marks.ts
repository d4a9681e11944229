import type { LogLevel } from './log-level'

/**
 * Marks by which the backend's bootstrap tells main which `console` call wrote which output, in the output
 * itself: no text arrives without its mark, and nothing is lost when the process dies. Each call's text
 * stands between two marks, made of a control character, the run's key, what is known of the call, and
 * another control character.
 */
const OPENING = '\u001e'
const CLOSING = '\u001f'
const KEY_LENGTH = 8

/** The known facts about one `console` call. */
export interface OutputMark {
  readonly level: LogLevel
  /** The ids of the active span, as dd-trace writes them into logs; `null` without one. */
  readonly ids: { readonly traceId: string; readonly spanId: string } | null
}

const LETTERS = { debug: 'd', info: 'i', warn: 'w', error: 'e' } as const satisfies Record<LogLevel, string>
const LEVELS: ReadonlyMap<string, LogLevel> = new Map(
  (Object.keys(LETTERS) as LogLevel[]).map((level) => [LETTERS[level], level]),
)
/** Longest text between key and closing character: level, 128 bits in hexadecimal or decimal, 64 bits in decimal. */
const MAX_BODY_LENGTH = 64
const BODY = /^([diwe])(?:([0-9a-f]{1,39})\.([0-9]{1,20}))?$/

/**
 * The start of every mark of a run.
 * @param marker the run's `BACKEND_MARKER`
 */
export function markPrefix(marker: string): string {
  return OPENING + marker.slice(0, KEY_LENGTH)
}

export const MARK_END = CLOSING
/** Length of the longest mark, in bytes. */
export const MAX_MARK_LENGTH = 1 + KEY_LENGTH + MAX_BODY_LENGTH + 1

/** Puts the text of one call between its marks; a newline at its end stays at the end. */
export function withMarks(prefix: string, { level, ids }: OutputMark, text: string): string {
  const newline = text.endsWith('\n') ? '\n' : ''
  const context = ids === null ? '' : `${ids.traceId}.${ids.spanId}`
  const start = `${prefix}${LETTERS[level]}${context}${CLOSING}`
  return `${start}${newline === '' ? text : text.slice(0, -1)}${prefix}${CLOSING}${newline}`
}

/**
 * Parses what stands between a mark's prefix and its end: the start of a call, its `end`, or `null` if it is
 * no mark.
 */
export function parseMark(body: string): OutputMark | 'end' | null {
  if (body === '') return 'end'
  const [, letter = '', traceId, spanId] = BODY.exec(body) ?? []
  const level = LEVELS.get(letter)
  if (!level) return null
  return { level, ids: traceId === undefined || spanId === undefined ? null : { traceId, spanId } }
}

/** Removes the marks from a text. */
export function withoutMarks(prefix: string, text: string): string {
  return text
    .split(prefix)
    .map((piece, index) => {
      const end = piece.indexOf(CLOSING)
      const isMark = index > 0 && end >= 0 && parseMark(piece.slice(0, end)) !== null
      return isMark ? piece.slice(end + 1) : (index > 0 ? prefix : '') + piece
    })
    .join('')
}
