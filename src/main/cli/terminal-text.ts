import { stripVTControlCharacters } from 'node:util'

/** Characters that a terminal interprets: C0 and C1 controls, line and paragraph separators. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/gu
/**
 * Invisible characters: bidirectional overrides, zero-width characters and the like. The joiner between two emoji and the
 * selector behind one stay.
 */
const INVISIBLE =
  /(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?)\u200d(?=\p{Extended_Pictographic}))(?!(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}])\ufe0f)[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu
const LONE_SURROGATE = /\p{Cs}/gu
/** Text that is one line of ASCII already: most of it, and the other expressions take a while to be compiled. */
const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/

/** Makes text of unknown origin one line that is safe to print to a terminal. */
export function terminalText(text: string): string {
  if (PLAIN.test(text)) return text
  return stripVTControlCharacters(text)
    .replace(CONTROL, ' ')
    .replace(INVISIBLE, '')
    .replace(LONE_SURROGATE, '\ufffd')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Formats JSON that means the same and holds no character that a terminal interprets. */
export function terminalJson(value: unknown): string {
  return escapeShown(JSON.stringify(value, null, 2))
}

/** The same on one line, for what goes on: JSON Lines. */
export function terminalJsonLine(value: unknown): string {
  return escapeShown(JSON.stringify(value))
}

/** Escapes in JSON what a terminal interprets. JSON has escaped C0 itself; the newlines left are its own. */
export function escapeShown(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escapeUnit(character.charCodeAt(index))).join(''),
  )
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

export interface Paint {
  readonly bold: (text: string) => string
  readonly grey: (text: string) => string
}

/** Makes colours, or none if the output does not show them. */
export function paint(color: boolean): Paint {
  // Select Graphic Rendition, ECMA-48 8.3.117.
  const between = (on: number, off: number) => (text: string) =>
    color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text
  return { bold: between(1, 22), grey: between(90, 39) }
}
