/** The replacement of a secret, the same as dd-trace's. */
export const REDACTED = '<redacted>'

/** A part of a text that must not leave, and what stands in its place; offsets in UTF-16 code units. */
export interface Found {
  readonly start: number
  readonly end: number
  readonly put: string
}

/** Replaces what was found; parts that overlap become one, in place of the first. */
export function replaceFound(text: string, found: readonly Found[]): string {
  if (found.length === 0) return text
  let replaced = ''
  let end = 0
  for (const one of merged(found)) {
    replaced += text.slice(end, one.start) + one.put
    end = one.end
  }
  return replaced + text.slice(end)
}

function merged(found: readonly Found[]): Found[] {
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end)
  const apart: Found[] = []
  for (const one of sorted) {
    const last = apart.at(-1)
    if (!last || one.start >= last.end) apart.push(one)
    else if (one.end > last.end) apart[apart.length - 1] = { ...last, end: one.end }
  }
  return apart
}
