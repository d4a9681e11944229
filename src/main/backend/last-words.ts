import { stripVTControlCharacters } from 'node:util'
import { cutText } from '../../common/output/cut-text'
import { scrub } from '../../common/privacy/scrubber'

/** Most lines of a run's end that an incident keeps. */
export const LAST_LINES = 20
/** Longest of these lines, in bytes of JSON. */
const MAX_LINE = 1_000
/** Most texts kept while it runs, and most of their UTF-16 code units: V8's own dump alone takes some fifty lines. */
const MAX_TEXTS = 200
const MAX_LENGTH = 65_536

/** Stacks of native code and registers, as V8 and Chromium print them at a crash: for them the status says enough. */
const NATIVE =
  /^\s*(?:\d+: 0x[\da-f]+|#\d+ 0x[\da-f]+|-{3,} Native stack trace -{3,}|[a-z\d]{2,3}: [\da-f]{16} )/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/** The end of what one run wrote to stdout and stderr, in the order in which it came, in bounded memory. */
export class LastWords {
  #texts: string[] = []
  #length = 0

  /** Takes what was written at once, without its final newline. */
  add(text: string): void {
    this.#texts.push(text)
    this.#length += text.length
    while (this.#texts.length > MAX_TEXTS || (this.#length > MAX_LENGTH && this.#texts.length > 1))
      this.#length -= this.#texts.shift()?.length ?? 0
  }

  /** The last lines, oldest first: scrubbed as one text, before any is cut. */
  lines(): readonly string[] {
    return scrub(stripVTControlCharacters(this.#texts.join('\n')))
      .split('\n')
      .map(asShown)
      .filter((line) => line.trim() !== '' && !NATIVE.test(line))
      .slice(-LAST_LINES)
      .map((line) => cutText(MAX_LINE, line))
  }
}

/** A line as a terminal would show it in the end: a progress bar goes back to its beginning again and again. */
function asShown(line: string): string {
  const ended = line.endsWith('\r') ? line.slice(0, -1) : line
  return ended.slice(ended.lastIndexOf('\r') + 1).replaceAll(CONTROLS, '')
}
