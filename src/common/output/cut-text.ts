/** A UTF-16 code unit takes six bytes at most, as an escape: with ten thousand records it is worth not counting them. */
const MOST_BYTES = 6

/**
 * The longest start of a text that takes at most `limit` bytes in a JSON file, between its quotes. No
 * character is cut in two, and the result does not keep the whole text alive, as V8's slices do.
 */
export function cutText(limit: number, text: string): string {
  if (text.length * MOST_BYTES <= limit || jsonBytes(text) <= limit) return text
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += jsonBytes(character)
    if (bytes > limit) return flat(text.slice(0, end))
    end += character.length
  }
  return text
}

/** Copies a text, so that it keeps no other text alive. */
export function flat(text: string): string {
  // UTF-16 keeps half of a character.
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2
}
