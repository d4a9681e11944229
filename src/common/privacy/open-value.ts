import { NAME_WORDS } from './assigned'
import { REDACTED } from './found'
import { endsBefore, type Opening, openingAt } from './multi-line'
import { nameSpan, readNamed } from './name-context'

/** Most lines of a value that never ends. */
const MAX_LINES = 1_000
/** Longest end of a text in which the opening of a value is looked for, in UTF-16 code units. */
const LOOKED_AT = 300
/** The end of a line that leaves a value open. */
const MAY_OPEN = /[|>+\-\d"'A-Za-z_)][ \t]*$|#[^\n]*$/

/** A value of many lines that comes line by line, behind a name that says it is secret: what is open is remembered in a stream. */
export class OpenValue {
  #opening: Opening | null = null
  #lines = 0

  /** Hides what belongs to a value that began in a text before. @returns the text; the same where none is open */
  hide(text: string): string {
    if (this.#opening === null) {
      this.#opening = leftOpen(text)
      this.#lines = 0
      return text
    }
    const lines = text.split('\n')
    for (const [index, line] of lines.entries()) {
      if (this.#opening === null) break
      if (endsBefore(line, this.#opening) || ++this.#lines > MAX_LINES) {
        const { kind } = this.#opening
        this.#opening = null
        if (kind === 'quotes') lines[index] = `${REDACTED}${line.slice(line.search(/"""|'''/))}`
        // What follows may open another.
        this.#opening = leftOpen(lines.slice(index).join('\n'))
        break
      }
      const shown = line.trimStart()
      if (shown.trim() !== '') lines[index] = line.slice(0, line.length - shown.length) + REDACTED
    }
    return lines.join('\n')
  }
}

/** The opening of a value in the last line of a text; `null` where none is left open. */
function leftOpen(text: string): Opening | null {
  const line = text.slice(Math.max(text.lastIndexOf('\n') + 1, text.length - LOOKED_AT)).replace(/\r$/, '')
  if (!MAY_OPEN.test(line)) return null
  const small = line.toLowerCase()
  for (const word of NAME_WORDS) {
    for (let found = small.indexOf(word); found >= 0; found = small.indexOf(word, found + 1)) {
      const { start, end } = nameSpan(line, found)
      const named = readNamed(line, start, end)
      const open = named && openingAt(line, named)
      if (!open) continue
      const rest = line.slice(open.from)
      if (open.opening.kind === 'quotes' ? !rest.includes(open.opening.end) : rest.trim() === '')
        return open.opening
    }
  }
  return null
}
