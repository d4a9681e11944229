import { stripVTControlCharacters } from 'node:util'

/** Time between two lines of one progress bar, in milliseconds. */
const REDRAW_MS = 1_000

/** A share or a rate, and what bars are drawn with: tqdm's, rich's, those of download tools. */
const SHARE = /\d\s?%/
const RATE = /\d(?:it|[kMGT]?i?B)\/s|s\/it|\?it\/s/
const DRAWN = /[█▏▎▍▌▋▊▉░▒▓━╸╺]|[=#]{2,}|\|.*\||\[[=#>. -]+\]/
/** The characters that change from one state of a bar to the next. */
const CHANGES =
  /[\d\s?.,:<>=#|%█▏▎▍▌▋▊▉░▒▓━╸╺─[\]()/-]+|(?<![A-Za-z])(?:it\/s|s\/it|[kMGT]?i?B(?:\/s)?|[kMGT])(?![A-Za-z])/g

/** The part that all states of one bar have in common; `null` for a line that is none. */
function barOf(coloured: string): string | null {
  const line = stripVTControlCharacters(coloured)
  if (!(SHARE.test(line) || RATE.test(line)) || !(DRAWN.test(line) || RATE.test(line))) return null
  return line.replace(CHANGES, ' ').trim()
}

/** Passes lines on; of a progress bar's states one a second, and its last one. */
export class ProgressBars {
  readonly #now: () => number
  readonly #onLine: (line: string) => void
  /** The bar that was drawn last; `null` for another line. */
  #bar: string | null = null
  #shownAt = Number.NEGATIVE_INFINITY
  #kept: string | null = null

  /** @param now monotonic, in milliseconds */
  constructor(onLine: (line: string) => void, now: () => number) {
    this.#onLine = onLine
    this.#now = now
  }

  push(line: string): void {
    const bar = barOf(line)
    const now = this.#now()
    if (bar !== null && bar === this.#bar && now - this.#shownAt < REDRAW_MS) {
      this.#kept = line
      return
    }
    if (bar === this.#bar) this.#kept = null
    this.end()
    this.#bar = bar
    this.#shownAt = now
    this.#onLine(line)
  }

  /** Passes on the state that was left out last. */
  end(): void {
    const kept = this.#kept
    this.#kept = null
    if (kept !== null) this.#onLine(kept)
  }
}
