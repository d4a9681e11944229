/*
 * V8 tells the place of some errors in JSON alone, and quotes the text at the others, which may hold a key. A parser that is kept
 * for this, jsonc-parser, cannot be bundled from its CommonJS form.
 */

/** The place where a text stops being JSON, and what is wrong there. */
export interface JsonError extends Place {
  /** A few words that quote one character at most. */
  readonly what: string
}

/** A name that the outermost object has again: JSON takes the last value. */
export interface RepeatedName extends Place {
  readonly name: string
}

/** Line and column, in characters, both from 1. */
interface Place {
  readonly line: number
  readonly column: number
}

class Unexpected extends Error {
  constructor(
    readonly at: number,
    what: string,
  ) {
    super(what)
  }
}

const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:(?:[^"\\\p{Cc}]|[\u007f-\u009f])+|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4}))*/uy
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y

/** The error of a text; `null` for JSON. */
export function findJsonError(text: string): JsonError | null {
  try {
    walk(text, () => {})
    return null
  } catch (error) {
    if (error instanceof Unexpected) return { ...placesIn(text)(error.at), what: error.message }
    throw error
  }
}

/** The names that the outermost object of a JSON text repeats, each once, where it first stands again. */
export function repeatedNames(text: string): readonly RepeatedName[] {
  const seen = new Set<string>()
  const repeated = new Map<string, RepeatedName>()
  const placeOf = placesIn(text)
  walk(text, (name, at) => {
    if (seen.has(name) && !repeated.has(name)) repeated.set(name, { name, ...placeOf(at) })
    seen.add(name)
  })
  return [...repeated.values()]
}

/** @param onName is given each name of the outermost object, and where it begins */
function walk(text: string, onName: (name: string, at: number) => void): void {
  // What is open, outermost first: JSON of any depth is JSON to V8.
  const closes: string[] = []
  const name = (at: number): number => {
    const end = text[at] === '"' ? string(text, at) : fail(text, at, 'a name in double quotes')
    if (closes.length === 1) onName(JSON.parse(text.slice(at, end)), at)
    return skip(text, after(':', text, skip(text, end), 'a colon'))
  }
  for (let at = skip(text, 0); ; ) {
    const first = text[at]
    if (first === '{' || first === '[') {
      const close = first === '{' ? '}' : ']'
      at = skip(text, at + 1)
      if (text[at] === close) at += 1
      else {
        closes.push(close)
        if (close === '}') at = name(at)
        continue
      }
    } else at = first === '"' ? string(text, at) : (match(SCALAR, text, at) ?? fail(text, at, 'a value'))
    at = skip(text, at)
    for (let close = closes.at(-1); close !== undefined && text[at] === close; close = closes.at(-1)) {
      closes.pop()
      at = skip(text, at + 1)
    }
    const close = closes.at(-1)
    if (close === undefined) {
      if (at < text.length) throw unexpected(text, at, 'the end')
      return
    }
    at = skip(text, after(',', text, at, `a comma or ${close}`))
    if (close === '}') at = name(at)
  }
}

function string(text: string, at: number): number {
  const end = match(STRING, text, at) ?? at
  if (text[end] === '"') return end + 1
  const isOpen = end >= text.length || text[end] === '\n' || text[end] === '\r'
  if (isOpen) throw new Unexpected(at, 'the text that begins here has no closing quote on its line')
  throw new Unexpected(
    end,
    text[end] === '\\' ? 'no such escape: a backslash is written \\\\' : `${nameOf(text, end)} in a text`,
  )
}

function after(character: string, text: string, at: number, expected: string): number {
  return text[at] === character ? at + 1 : fail(text, at, expected)
}

function skip(text: string, at: number): number {
  return match(SPACE, text, at) ?? at
}

function match(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : null
}

function fail(text: string, at: number, expected: string): never {
  throw unexpected(text, at, expected)
}

function unexpected(text: string, at: number, expected: string): Unexpected {
  const found = text[at]
  if (found === undefined) return new Unexpected(at, `it ends here, and ${expected} was expected`)
  const before = text.slice(0, at).trimEnd()
  if ((found === '}' || found === ']') && before.endsWith(','))
    return new Unexpected(before.length - 1, 'a comma too many')
  if (found === '/' || found === '#') return new Unexpected(at, 'a comment, which JSON does not have')
  if (/['`‘’‚“”„«»]/.test(found)) return new Unexpected(at, `${found} is no quote of JSON: " is`)
  return new Unexpected(at, `${nameOf(text, at)}, and ${expected} was expected`)
}

/** A character as it can be shown: one that is invisible, or acts on a terminal, by its number. */
function nameOf(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0
  const character = String.fromCodePoint(code)
  return /[\p{C}\p{Z}\p{M}]/u.test(character)
    ? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
    : `unexpected ${character}`
}

/** Gives the places of offsets that only grow, each from the one before: a text is gone through once. */
function placesIn(text: string): (at: number) => Place {
  let [from, line, column] = [0, 1, 1]
  return (at) => {
    const lines = text.slice(from, at).split(/\r\n|\n|\r/)
    const length = Array.from(lines.at(-1) ?? '').length
    column = lines.length === 1 ? column + length : 1 + length
    line += lines.length - 1
    from = at
    return { line, column }
  }
}
