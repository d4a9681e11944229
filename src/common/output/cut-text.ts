/**
 * The longest start of a text that takes at most so many bytes in a JSON file, between its quotes. No character is cut
 * in two, and nothing keeps the text alive that it was cut out of, as V8's own slices do.
 */
export function cutText(limit: number, text: string): string {
  if (jsonBytes(text) <= limit) return text
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += jsonBytes(character)
    if (bytes > limit) return flat(text.slice(0, end))
    end += character.length
  }
  return text
}

/** A copy of its own. */
export function flat(text: string): string {
  // As UTF-16: half of a character survives.
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2
}
