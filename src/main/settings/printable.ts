import { REDACTED } from '../../common/privacy/found'
import { mayHoldSecret } from '../../common/privacy/secrets'

/** Longest piece of somebody's input in a line, in characters. */
const MAX_SHOWN_LENGTH = 100

/** C1 controls, line separators, bidirectional overrides: what JSON leaves in but a terminal acts on. */
const UNPRINTABLE = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** A setting's raw value for a line that a person reads. */
export function shownValue(name: string, raw: unknown): string {
  // Judged whole: what is cut off may be what gives a secret away.
  return mayHoldSecret(name, typeof raw === 'string' ? raw : toJson(raw)) ? REDACTED : quoted(raw)
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
