/** Longest part of a user's input in a line, in characters. */
const MAX_SHOWN_LENGTH = 100

const SECRET_NAME = /key|token|secret|password/i
/** A secret's name, followed by the secret. */
const SECRET_TEXT = /(?:api[-_]?key|token|secret|passw(?:or)?d)["']?\s*[=:,\s]/i
/**
 * C1 controls, line separators, bidirectional overrides: JSON leaves them in, but a terminal interprets them.
 */
const UNPRINTABLE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

export const HIDDEN = '(hidden)'

/** True if a value must not be shown, by the setting's name or by the value itself. */
export function isSecret(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || SECRET_TEXT.test(value) || hasCredentials(value)
}

/**
 * True for credentials in a URL: `user:password@host`. Not found by a pattern, which takes minutes for a
 * megabyte of colons.
 */
function hasCredentials(value: string): boolean {
  return value.split(/\s+/).some((word) => {
    const colon = word.indexOf(':', 1)
    return colon > 0 && word.indexOf('@', colon) > 0
  })
}

/** A setting's raw value, safe for a log line. */
export function shownValue(name: string, raw: unknown): string {
  // It is checked whole: the part that is cut off may be what gives a secret away.
  return isSecret(name, typeof raw === 'string' ? raw : toJson(raw)) ? HIDDEN : quoted(raw)
}

/** Formats any value as one short line of JSON. */
export function quoted(value: unknown): string {
  const json = toJson(value).replace(UNPRINTABLE, escapeCharacter)
  return json.length > MAX_SHOWN_LENGTH ? `${json.slice(0, MAX_SHOWN_LENGTH)}…` : json
}

/** A name or a path unchanged, unless it holds characters that would break the line. */
export function printable(text: string): string {
  const escaped = quoted(text)
  return escaped === `"${text}"` ? text : escaped
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    // A value parsed from a file may be nested too deeply for a recursive walk.
    return '(nested too deeply to be shown)'
  }
}
