import { scrub } from '../../../common/privacy/scrubber'
import { terminalText } from '../terminal-text'

/** Markup that is safe to stand in a page: made by `html` alone. */
export class Markup {
  readonly text: string

  /** @param text markup of our own, never what a record holds */
  constructor(text: string) {
    this.text = text
  }
}

type Piece = string | number | null | Markup | readonly Markup[]

/**
 * Markup with pieces put in: a text is scrubbed, loses what turns or hides it (bidirectional and invisible characters) and is
 * escaped, so that it stands as text or as the value of an attribute in quotes; markup stays; `null` is nothing.
 */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(strings.map((string, at) => string + textOf(pieces[at] ?? null)).join(''))
}

function textOf(piece: Piece): string {
  if (piece === null) return ''
  if (typeof piece === 'string') return escapeHtml(safeText(piece))
  if (typeof piece === 'number') return String(piece)
  return piece instanceof Markup ? piece.text : piece.map(({ text }) => text).join('')
}

/** A text of unknown origin as one line that may leave the machine, and shows what it is. */
export function safeText(text: string): string {
  return terminalText(scrub(text))
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}

/** Data for a page's script, in an element that the browser does not run, and that no text in it can end. */
export function jsonElement(data: unknown): Markup {
  const json = JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return new Markup(`<script type="application/json">${json}</script>`)
}
