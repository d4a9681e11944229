export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false }

/** Parses and formats one setting. */
export interface Parser<T> {
  /** The accepted values, as in the error line and docs/settings.md. */
  readonly accepted: string
  /**
   * Parses a string from the environment or any JSON value from a file; a relative path starts from `folder`.
   * Never throws.
   */
  readonly parse: (raw: unknown, folder: string) => Parsed<T>
  /** Formats the value as text that `parse` accepts, except for a value that means "none". */
  readonly show: (value: T) => string
}

export const REFUSED = { ok: false } as const

export function taken<T>(value: T): Parsed<T> {
  return { ok: true, value }
}

/**
 * The text of a scalar: a number or boolean in a file means what the same characters mean in the environment.
 */
export function scalarText(raw: unknown): string | null {
  switch (typeof raw) {
    case 'string':
      return raw.trim()
    case 'number':
    case 'boolean':
      return String(raw)
    default:
      return null
  }
}

/** A parser of values that are one piece of text. `read` returns `undefined` for what it rejects. */
export function scalar<T>(
  accepted: string,
  read: (text: string, folder: string) => T | undefined,
  show: (value: T) => string = String,
): Parser<T> {
  const parse = (raw: unknown, folder: string): Parsed<T> => {
    const text = scalarText(raw)
    const value = text === null ? undefined : read(text, folder)
    return value === undefined ? REFUSED : taken(value)
  }
  return { accepted, parse, show }
}

/** Joins words: `a, b or c`. */
export function inWords(words: readonly string[]): string {
  return [words.slice(0, -1).join(', '), words.at(-1)].filter(Boolean).join(' or ')
}

/** A parser of a setting whose default is none; `words` stands for that in listings. */
export function orNone<T>(parser: Parser<T>, words = 'none'): Parser<T | null> {
  return { ...parser, show: (value) => (value === null ? words : parser.show(value)) }
}
