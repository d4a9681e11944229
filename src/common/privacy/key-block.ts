import { REDACTED } from './found'
import type { Find } from './triggers'

const BEGIN = /-----BEGIN[ A-Z0-9]{0,60}PRIVATE KEY(?: BLOCK)?-----/iy
const END = /-----END[ A-Z0-9]{0,60}PRIVATE KEY(?: BLOCK)?-----/iy
const END_WORD = '-----END'
/** A line of a key, as long as one is at least where it does not end. */
const MATERIAL = /[A-Za-z0-9+/=]{16,}/g
const ONLY_MATERIAL = /^[\s"',\\rn>|#]*[A-Za-z0-9+/=]{1,100}[\s"',\\rn]*$/
/** `Proc-Type: 4,ENCRYPTED`, `Version: …`, an empty line: they belong to a block. */
const ARMOR = /^(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID|Key-Info)\s*:.*|\s*)$/i
/** A block ends where so many lines have nothing of a key, whether its end was seen or not. */
const MAX_STRANGE_LINES = 2
const MAX_LINES = 1_000

/** Finds a private key at its `-----BEGIN`, up to its end, or to the end of the text. */
export const findKeyBlock: Find = (text, at, found) => {
  BEGIN.lastIndex = at
  if (!BEGIN.test(text)) return at
  const end = endOfBlock(text, at) ?? text.length
  found.add(at, end)
  return end
}

/** Finds the rest of a private key whose beginning was cut off, at its `-----END`. */
export const findKeyRest: Find = (text, at, found) => {
  END.lastIndex = at
  const match = END.exec(text)?.[0]
  if (match === undefined) return at
  let start = at
  while (start > 0 && at - start < 100_000 && /[A-Za-z0-9+/=\s\\]/.test(text[start - 1] ?? '')) start--
  const rest = text.slice(start, at)
  const first = rest.search(MATERIAL)
  found.add(first < 0 ? at : start + first, at + match.length)
  return at + match.length
}

function endOfBlock(text: string, from: number): number | null {
  for (let at = text.indexOf(END_WORD, from); at >= 0; at = text.indexOf(END_WORD, at + 1)) {
    END.lastIndex = at
    const match = END.exec(text)?.[0]
    if (match !== undefined) return at + match.length
  }
  return null
}

/** A private key that comes line by line: what is open is remembered from one text of a stream to the next. */
export class OpenKeyBlock {
  #lines = 0
  #strange = 0

  /** Hides what belongs to a key that began in a text before. @returns the text; the same where none is open */
  hide(text: string): string {
    if (this.#lines === 0) {
      this.#look(text)
      return text
    }
    const end = endOfBlock(text, 0)
    if (end !== null) {
      this.#lines = 0
      const rest = text.slice(end)
      this.#look(rest)
      return REDACTED + rest
    }
    return text
      .split('\n')
      .map((line) => this.#hideLine(line))
      .join('\n')
  }

  #hideLine(line: string): string {
    if (this.#lines === 0) return line
    this.#lines = this.#lines >= MAX_LINES ? 0 : this.#lines + 1
    const hidden = ONLY_MATERIAL.test(line) ? REDACTED : line.replace(MATERIAL, REDACTED)
    this.#strange = hidden === line && !ARMOR.test(line) ? this.#strange + 1 : 0
    if (this.#strange > MAX_STRANGE_LINES) this.#lines = 0
    return hidden
  }

  #look(text: string): void {
    const at = text.toUpperCase().lastIndexOf('-----BEGIN')
    if (at < 0) return
    BEGIN.lastIndex = at
    if (!BEGIN.test(text) || endOfBlock(text, at) !== null) return
    this.#lines = 1
    this.#strange = 0
  }
}
