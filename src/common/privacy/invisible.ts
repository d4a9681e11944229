// biome-ignore-all lint/suspicious/noControlCharactersInRegex: they are what is looked for
// biome-ignore-all lint/suspicious/noMisleadingCharacterClass: each is a character of its own here
import { leavingOut, type View } from './views'

/** ECMA-48: CSI and OSC sequences, and those of two characters. */
const SEQUENCE =
  /\u001b(?:\][^\u0007\u001b\n]{0,2048}(?:\u0007|\u001b\\)?|[[(#?][0-9;:?<=>!]{0,60}[ -/]{0,4}[@-~]?|[78=>cDEHMNOZ\\])?|\u009b[0-9;:?]{0,60}[@-~]?/y
const MAY_HAVE =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud82f\ud834\udb40-\udb43]/

/**
 * The text without colour codes and without what shows nothing: both part a value, and act on a terminal. `null` without any.
 * Tabs and line ends stay.
 */
export function withoutCodes(text: string, put: '' | ' '): View | null {
  return MAY_HAVE.test(text) ? leavingOut(text, codeAt, () => put) : null
}

/** A text as it is shown to a person: without what shows nothing; a space in place of what else would act on a terminal. */
export const plainText = (text: string): string =>
  MAY_HAVE.test(text)
    ? leavingOut(text, codeAt, (code, length) => (length === 1 && isControl(code) ? ' ' : '')).text
    : text

/** The same on one line: of the monitor's own. */
export const plainLine = (text: string): string => plainText(text).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')

const isControl = (code: number) => code < 0xa0 || code === 0x2028 || code === 0x2029

function codeAt(text: string, at: number, code: number): number {
  // A bare carriage return would write over the line; before a line end it is a part of that.
  if (code === 9 || code === 10 || code === 13) return 0
  if (code === 0x1b || code === 0x9b) {
    SEQUENCE.lastIndex = at
    return SEQUENCE.exec(text)?.[0].length || 1
  }
  if (code < 0x20) return 1
  if (code < 0x7f) return 0
  if (code < 0xa0) return 1
  if (code >= 0xd800 && code < 0xdc00)
    return at + 1 < text.length && isInvisiblePair(code, text.charCodeAt(at + 1)) ? 2 : 0
  return isInvisible(code) ? 1 : 0
}

/** Marks of shorthand and of musical notation, tags, variation selectors: beyond U+FFFF, by the two halves. */
function isInvisiblePair(high: number, low: number): boolean {
  if (high >= 0xdb40 && high <= 0xdb43) return true
  return (
    (high === 0xd82f && low >= 0xdca0 && low <= 0xdca3) || (high === 0xd834 && low >= 0xdd73 && low <= 0xdd7a)
  )
}

/** Zero-width characters, marks of direction, soft hyphens, variation selectors, fillers. */
function isInvisible(code: number): boolean {
  if (code < 0x2000) {
    return (
      code === 0xad ||
      code === 0x34f ||
      code === 0x61c ||
      code === 0x115f ||
      code === 0x1160 ||
      code === 0x17b4 ||
      code === 0x17b5 ||
      (code >= 0x180b && code <= 0x180f)
    )
  }
  return (
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0x3164 ||
    (code >= 0xfe00 && code <= 0xfe0f) ||
    code === 0xfeff ||
    code === 0xffa0 ||
    (code >= 0xfff0 && code <= 0xfffb)
  )
}
