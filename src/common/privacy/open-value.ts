import { NAME_WORDS } from './assigned'
import { REDACTED } from './found'
import { endsBefore, type Opening, openingAt } from './multi-line'
import { nameSpan, readNamed } from './name-context'

/** Most lines of a value that never ends. */
const MAX_LINES = 1_000
/** Longest end of a line, or of what stands before three quotation marks, in which a value's opening is looked for, in UTF-16 code units. */
const LOOKED_AT = 300
/** A line that may leave a value open: by its end, or by what its value may begin behind. */
const MAY_OPEN = /[|>+\-\d"'A-Za-z_)][ \t]*$|#[^\n]*$|"""|'''|<</

/** A value of many lines that comes line by line, behind a name that says it is secret: what is open is remembered in a stream. */
export class OpenValue {
  #opening: Opening | null = null
  #lines = 0

  /** Hides what belongs to a value that began in a text before. @returns the text; the same where none is open */
  hide(text: string): string {
    const opening = this.#opening
    if (opening === null) {
      this.#openBehind(text)
      return text
    }
    const lines = text.split('\n')
    for (const [index, line] of lines.entries()) {
      if (endsBefore(line, opening)) {
        if (opening.kind === 'quotes') lines[index] = `${REDACTED}${line.slice(line.indexOf(opening.end))}`
        // What follows may open another.
        this.#openBehind(lines.slice(index).join('\n'))
        break
      }
      if (++this.#lines > MAX_LINES) {
        lines[index] = REDACTED
        this.#openBehind(lines.slice(index).join('\n'))
        break
      }
      const shown = line.trimStart()
      if (shown.trim() !== '') lines[index] = line.slice(0, line.length - shown.length) + REDACTED
    }
    return lines.join('\n')
  }

  #openBehind(text: string): void {
    this.#opening = leftOpen(text)
    this.#lines = 0
  }
}

/** The opening of a value in the last line of a text; `null` where none is left open. */
function leftOpen(text: string): Opening | null {
  const line = endOfLine(text.slice(text.lastIndexOf('\n') + 1).replace(/\r$/, ''))
  if (!MAY_OPEN.test(line)) return null
  // Names stand in front of what they open.
  const small = line.slice(0, 2 * LOOKED_AT).toLowerCase()
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

/** The end of a line; it begins earlier where a value that three quotation marks open is long in its first line. */
function endOfLine(line: string): string {
  const quotes = Math.max(line.lastIndexOf('"""'), line.lastIndexOf("'''"))
  return line.slice(Math.max(0, (quotes < 0 ? line.length : quotes) - LOOKED_AT))
}
