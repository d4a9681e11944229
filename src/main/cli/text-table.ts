import type { Paint } from './terminal-text'
import { textWidth } from './text-width'

export interface Column {
  readonly head: string
  readonly align?: 'right'
  /** True if the column shrinks when the table is too wide; the other columns keep their width. */
  readonly flexible?: true
  /** The terminal width below which the column is left out. */
  readonly from?: number
}

/** A text that is copied from the terminal, such as an id or `file:line`: neither cut nor split, however narrow the table. */
export interface Whole {
  readonly whole: string
}

/** A cell's lines, safe for a terminal; the ones after the first are shown in grey. */
export type Cell = readonly (string | Whole)[]

const GAP = '  '
const NARROWEST = 8
/** Made for the first text that is cut. */
let graphemes: Intl.Segmenter | undefined

/**
 * A table within `width` columns of a terminal, ending with a newline. Flexible cells take several lines; what is whole may
 * make it wider.
 * @param width `Infinity` where it is read by no terminal
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { width, paint }: { width: number; paint: Paint },
): string {
  const kept = columns.flatMap((column, index) =>
    width < (column.from ?? 0) ? [] : [{ ...column, cells: rows.map((row) => row[index] ?? []) }],
  )
  const widths = fitWidths(
    kept.map(({ head, flexible, cells }) => ({
      natural: widest([head, ...cells.flat().map(textOf)]),
      least: widest(cells.flat().flatMap((line) => (typeof line === 'string' ? [] : [line.whole]))),
      flexible,
    })),
    width - GAP.length * (kept.length - 1),
  )
  const line = (pieces: readonly (Piece | undefined)[]) => {
    const padded = pieces.map((piece, index) => pad(piece ?? NOTHING, widths[index] ?? 0, kept[index]?.align))
    return `${padded.join(GAP).trimEnd()}\n`
  }
  const body = rows.flatMap((_, row) => {
    const cells = kept.map((column, index) => pieces(column.cells[row] ?? [], widths[index] ?? 0, paint))
    const height = Math.max(1, ...cells.map((cell) => cell.length))
    return Array.from({ length: height }, (_, at) => line(cells.map((cell) => cell[at])))
  })
  return [line(kept.map(({ head }) => ({ text: head, style: paint.bold }))), ...body].join('')
}

interface Piece {
  readonly text: string
  readonly style: (text: string) => string
}

const plain = (text: string) => text
const NOTHING: Piece = { text: '', style: plain }

/** The cell's lines as pieces, those too long for it split in two. */
function pieces(cell: Cell, width: number, paint: Paint): Piece[] {
  return cell.flatMap((line, index) =>
    (typeof line === 'string' ? onTwoLines(line, width) : [line.whole]).map((text) => ({
      text,
      style: index === 0 ? plain : paint.grey,
    })),
  )
}

function textOf(line: Cell[number]): string {
  return typeof line === 'string' ? line : line.whole
}

/**
 * Splits a text in two lines, at a space if possible. What does not fit the second line either is cut off.
 */
function onTwoLines(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text]
  const fitting = begin(text, width)
  const space = text.startsWith(' ', fitting.length) ? fitting.length : fitting.lastIndexOf(' ')
  const at = space > 0 ? space : fitting.length
  return [text.slice(0, at).trimEnd(), shorten(text.slice(at).trimStart(), width)]
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, textWidth(text)), 0)
}

/**
 * Distributes the width that the other columns leave: narrow flexible columns take what they need, wide ones
 * share the rest.
 */
function fitWidths(
  columns: readonly { natural: number; least: number; flexible: true | undefined }[],
  width: number,
): number[] {
  const widths = columns.map(({ natural }) => natural)
  const flexible = columns.flatMap((column, index) => (column.flexible ? [{ ...column, index }] : []))
  let left = width - columns.reduce((sum, column) => sum + (column.flexible ? 0 : column.natural), 0)
  let kept = flexible.reduce((sum, { least }) => sum + least, 0)
  for (const [done, { natural, least, index }] of flexible.sort((a, b) => a.natural - b.natural).entries()) {
    kept -= least
    const share = Math.max(
      NARROWEST,
      least,
      Math.min(Math.floor(left / (flexible.length - done)), left - kept),
    )
    widths[index] = Math.min(natural, share)
    left -= Math.min(natural, share)
  }
  return widths
}

function pad({ text, style }: Piece, width: number, align: 'right' | undefined): string {
  const space = ' '.repeat(Math.max(0, width - textWidth(text)))
  return align === 'right' ? space + style(text) : style(text) + space
}

/** The text within `width` columns of a terminal; an ellipsis replaces what is cut off. */
function shorten(text: string, width: number): string {
  return textWidth(text) <= width ? text : `${begin(text, width - 1).trimEnd()}…`
}

/** The longest beginning of a text that fits `width` columns. No character is cut in two. */
function begin(text: string, width: number): string {
  let kept = ''
  let used = 0
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment)
    if (used > width) break
    kept += segment
  }
  return kept
}
