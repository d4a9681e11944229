import { CharSet } from './char-set'
import { REDACTED } from './found'

/** Shortest beginning of a known secret at the end of a line by which the rest, which tells itself, is looked for in the next. */
const MIN_BEGUN = 1
/** Shortest beginning that is blanked by itself: a shorter one may be the end of any word. */
const MIN_TELLING = 8
/** The characters that may stand between the two parts: quotation marks, signs that put texts together, spaces. */
const BETWEEN = new CharSet(/["'`\\+,\s]/)
const MAX_BETWEEN = 80
/** More than so many open at once are the first letters of a word. */
const MAX_OPEN = 20

interface Begun {
  readonly secret: string
  /** So much of it has been seen. */
  readonly seen: number
}

/** Secrets whose values are known, and which come in several lines or pieces of a stream. */
export class SplitSecrets {
  readonly #known: readonly string[]
  #begun: readonly Begun[] = []

  /** @param known values, of which those that are too short to be cut in two are left out */
  constructor(known: readonly string[]) {
    this.#known = known.filter((secret) => secret.length > MIN_TELLING)
  }

  /** Blanks the rest of what a line before began, and what this one begins. @returns the text; the same where there is nothing */
  hide(text: string): string {
    if (this.#known.length === 0) return text
    return text
      .split('\n')
      .map((line) => this.#hideLine(line))
      .join('\n')
  }

  #hideLine(line: string): string {
    let [head, tail] = [0, line.length]
    while (head < tail && head < MAX_BETWEEN && BETWEEN.has(line.charCodeAt(head))) head++
    while (tail > head && line.length - tail < MAX_BETWEEN && BETWEEN.has(line.charCodeAt(tail - 1))) tail--
    const going: Begun[] = []
    // One secret may begin with another: the longer one is hidden.
    let hiddenTo = head
    for (const { secret, seen } of this.#begun) {
      const rest = secret.slice(seen)
      const part = tail > head ? line.slice(head, tail) : ''
      if (line.startsWith(rest, head)) hiddenTo = Math.max(hiddenTo, head + rest.length)
      else if (part !== '' && rest.startsWith(part)) {
        going.push({ secret, seen: seen + part.length })
        if (seen + part.length >= MIN_TELLING) hiddenTo = Math.max(hiddenTo, tail)
      }
    }
    const begun = this.#beginningsAt(line, tail)
    const longest = Math.max(0, ...begun.map(({ seen }) => seen))
    this.#begun = [...going, ...begun].sort((a, b) => b.seen - a.seen).slice(0, MAX_OPEN)
    const cut = longest >= MIN_TELLING && tail - longest >= hiddenTo ? tail - longest : tail
    const shown =
      hiddenTo > head ? line.slice(0, head) + REDACTED + line.slice(hiddenTo, cut) : line.slice(0, cut)
    return cut === tail ? shown + line.slice(tail) : shown + REDACTED + line.slice(tail)
  }

  #beginningsAt(line: string, end: number): Begun[] {
    const last = line[end - 1]
    if (last === undefined) return []
    return this.#known.flatMap((secret) => {
      for (let seen = Math.min(secret.length - 1, end); seen >= MIN_BEGUN; seen--)
        if (secret[seen - 1] === last && line.startsWith(secret.slice(0, seen), end - seen))
          return [{ secret, seen }]
      return []
    })
  }
}
