export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const INK = '#1c2b34'
export const FAINT = '#657681'
export const LINE = '#e3e8ed'
export const LINK = '#006bc2'
const FONT = "Inter, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
/** Width of an average character, in parts of the font's size: fonts differ, this is on the safe side. */
const CHARACTER = 0.57

export interface TextStyle {
  readonly size?: number
  readonly fill?: string
  readonly weight?: 400 | 600
  readonly anchor?: 'start' | 'middle' | 'end'
  /** The width in pixels beyond which the text is cut, with an ellipsis. */
  readonly room?: number
}

export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { size = 12, fill = INK, weight = 400, anchor = 'start', room } = style
  const fitted = room === undefined ? content : shorten(content, room / (size * CHARACTER))
  const anchored = anchor === 'start' ? '' : ` text-anchor="${anchor}"`
  const heavy = weight === 400 ? '' : ` font-weight="${weight}"`
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}"${heavy}${anchored}>${escapeXml(fitted)}</text>`
}

/** A run of words in one style within a line. */
export interface Run {
  readonly text: string
  readonly fill: string
  readonly weight: 400 | 600
}

export function runs(x: number, y: number, words: readonly Run[], size: number): string {
  const spans = words.map(
    ({ text, fill, weight }) => `<tspan fill="${fill}" font-weight="${weight}">${escapeXml(text)}</tspan>`,
  )
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" xml:space="preserve">${spans.join('')}</text>`
}

export function widthOf(content: string, size: number): number {
  return content.length * size * CHARACTER
}

export function rect({ x, y, width, height }: Box, attributes: string): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(Math.max(0, width))}" height="${round(Math.max(0, height))}" ${attributes}/>`
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: string): string {
  return `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" ${attributes}/>`
}

export function document(
  width: number,
  height: number,
  attributes: string,
  content: readonly string[],
): string {
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}" ${attributes}>`
  return [head, ...content, '</svg>', ''].join('\n')
}

export function round(value: number): number {
  return Math.round(value * 10) / 10
}

export function escapeXml(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function shorten(content: string, characters: number): string {
  return content.length <= characters
    ? content
    : `${content.slice(0, Math.max(1, Math.floor(characters) - 1))}…`
}
