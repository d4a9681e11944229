const MAX_REMEMBERED = 1_000
/** Longest text whose result is remembered, in UTF-16 code units. */
const MAX_REMEMBERED_LENGTH = 200

/**
 * Remembers what a function makes of a text: most of a span are those of the span before, such as service, version, method and
 * route, and most functions of a profile those of the one before.
 */
export function remembering(change: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    if (text.length > MAX_REMEMBERED_LENGTH) return change(text)
    const remembered = known.get(text)
    if (remembered !== undefined) return remembered
    const changed = change(text)
    if (known.size >= MAX_REMEMBERED) known.clear()
    known.set(text, changed)
    return changed
  }
}
