import { CharSet } from './char-set'

/** Words that stand where a value would, and tell that there is none: `password: required`. */
const NO_SECRET =
  /^(?:null|nil|none|undefined|nan|true|false|yes|no|on|off|ok|required|missing|invalid|incorrect|wrong|empty|expired|optional|unset|set|unknown|not|is|was|are|must|should|cannot|can't|too|for|has|have|with|and|or|in|of|to|from|the|your|a|an|field|prompt|str|string|int|integer|float|number|bool|boolean|bytes|any|object|array|list|dict|class|function|optional\[.*|\*+|x{3,}|\.{3,}|…|-+|<.*|\$.*|%[\w-]+%|\{.*|\[.*|#.*|redacted|hidden|masked)$/i
const PLACEHOLDER = /^(?:<|\$|%|\{|\[|#|\*+$|\.{3,}$|optional\[)/i
const MAX_WORD_LENGTH = 24
/** `os.environ`, `model.embed_tokens.weight`: names joined by full stops. */
const DOTTED = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+[([]?$/
const CALL = /^[A-Za-z_][\w.]*\(/

const NOTHING = /^(?:null|nil|none|undefined|nan|true|false|\*+|\.{3,}|<.*|\$.*|%[\w-]+%|\{.*|\[.*)?$/is
const NOTHING_BEGINS = new CharSet(/[nutf*.<$%{[]/i)
/** Tells that a value is none, where it is written as data. */
export const isNothing = (value: string): boolean =>
  value === '' || (NOTHING_BEGINS.has(value.charCodeAt(0)) && NOTHING.test(value))

/** Tells that a value stands for none: a word about it, a placeholder, or what was blanked before. */
export const isNoSecret = (value: string): boolean =>
  value.length > MAX_WORD_LENGTH ? PLACEHOLDER.test(value) : NO_SECRET.test(value)

const READ_FROM =
  /^(?:self|this|os|args|config|settings|cfg|conf|env|environ|process|options|opts|params|request|req)\.[A-Za-z_]/

/**
 * Tells that a value is code that reads it from somewhere: a call, or names joined by full stops.
 * @param isStrict true where a password may have full stops in it
 */
export function isCode(value: string, isStrict: boolean): boolean {
  const isCall = value.includes('(') && CALL.test(value)
  if (isCall || !value.includes('.')) return isCall
  if (isStrict) return READ_FROM.test(value) && DOTTED.test(value)
  return DOTTED.test(value) && !looksRandom(value, 8)
}

/**
 * Tells a value that a machine made from a word that somebody wrote: letters and digits in turn, or many changes of case. A
 * hash does look random: only a name in front of it tells the two apart.
 * @param min its shortest length
 */
export function looksRandom(value: string, min: number): boolean {
  // A hostile text is all values: most need no closer look.
  if (value.length < min || !/[0-9A-Z]/.test(value)) return false
  if (value.length >= 32 && /^[0-9a-f]+$/i.test(value) && /\d/.test(value)) return true
  let changes = 0
  let digits = 0
  let cases = 0
  let before = 0
  for (let at = 0; at < value.length && at < 200; at++) {
    const kind = kindOf(value.charCodeAt(at))
    if (kind === 1) digits++
    if (kind !== before && kind !== 0 && before !== 0) {
      if (kind === 1 || before === 1) changes++
      else cases++
    }
    before = kind
    if (digits > 0 && changes >= 3) return true
  }
  // A word in capitals or with one is a change of case or two, and has more letters between them.
  return (digits > 0 && changes + cases >= 4) || cases >= value.length / 3
}

/** 1 for a digit, 2 for a small letter, 3 for a capital, 0 for any other. */
function kindOf(code: number): number {
  if (code >= 48 && code <= 57) return 1
  if (code >= 97 && code <= 122) return 2
  return code >= 65 && code <= 90 ? 3 : 0
}
