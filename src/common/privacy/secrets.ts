import { findAssigned, NAME_WORDS } from './assigned'
import { isBase64OfText, isCoded } from './base64-text'
import { findPasswordFlag, findUserFlag } from './command-line'
import { Findings, replaceFound } from './found'
import { withoutCodes } from './invisible'
import { findKeyBlock, findKeyRest } from './key-block'
import { codedForms } from './known-secrets'
import { isSecretName } from './secret-names'
import { shapeTriggers } from './shapes'
import { type Find, type Trigger, Triggers } from './triggers'
import { findUrlCredentials } from './url-credentials'
import { plainView, through, unescaped, type View, withoutBreaks } from './views'

/** Levels of escapes that are decoded: JSON in JSON in an address. */
const MAX_LEVELS = 4
/** Texts in base64 within texts in base64. */
const MAX_NESTED = 2
/** Shortest run of base64 that is decoded. */
const MIN_CODED = 20
const DISCORD_BOT = /[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,38}/y

const shape = (beginning: string, find: Find, isExact = false): Trigger => ({
  beginning,
  find,
  isExact,
  kind: 'shape',
})

/** Blanks tokens, keys, passwords and credentials in a text. */
export class SecretFinder {
  /** All that tells itself, and what is known. */
  readonly #shapes: Triggers
  /** Those and what a name tells. */
  readonly #all: Triggers

  /** @param known secrets whose values are known, blanked wherever they stand */
  constructor(known: readonly string[]) {
    const values = known.flatMap((secret) => [secret, ...codedForms(secret)])
    const own = [...values.map((value) => shape(value, blank(value.length), true)), ...shapeTriggers()]
    this.#shapes = new Triggers(own)
    this.#all = new Triggers([
      ...own,
      ...NAME_WORDS.map(
        (beginning): Trigger => ({ beginning, isExact: false, kind: 'name', find: findAssigned }),
      ),
      shape('-----begin', findKeyBlock),
      shape('-----end', findKeyRest),
      shape('://', findUrlCredentials),
      shape(' -p', findPasswordFlag, true),
      shape(' -u', findUserFlag, true),
      shape('--user', findUserFlag),
      shape('--proxy-user', findUserFlag),
    ])
  }

  /** The text without its secrets. It takes time in proportion to the text's length, whatever it holds. */
  hide(text: string): string {
    return replaceFound(text, this.#find(text, 0))
  }

  #find(text: string, nested: number): Findings {
    const found = new Findings()
    let view = plainView(text)
    for (let level = 0; level < MAX_LEVELS; level++) {
      this.#findIn(view, nested, found)
      const next = unescaped(view.text)
      if (!next) break
      view = through(view, next)
    }
    return found
  }

  #findIn(view: View, nested: number, found: Findings): void {
    this.#read(view, this.#all, nested, found)
    // Codes part a value, and words that belong apart.
    const bare = withoutCodes(view.text, '')
    const parted = bare && withoutCodes(view.text, ' ')
    if (bare) this.#read(through(view, bare), this.#all, nested, found)
    // What base64 it has was read before.
    if (parted) this.#read(through(view, parted), this.#all, MAX_NESTED, found)
    const joined = withoutBreaks(view.text)
    if (joined) this.#readJoined(through(view, joined), nested, found)
  }

  #read(view: View, triggers: Triggers, nested: number, found: Findings): void {
    const here = view.isPlain ? found : new Findings()
    triggers.find(view.text, here)
    if (nested < MAX_NESTED) this.#readCoded(view.text, nested, here)
    if (here === found) return
    for (let index = 0; index < here.count; index++)
      found.add(view.startOf(here.startOf(index)), view.endOf(here.endOf(index)), here.isText(index))
  }

  /** Only what goes over the end of a line, and is not a whole secret before it, counts: the next word is none of it. */
  #readJoined(joined: View, nested: number, found: Findings): void {
    const over = new Findings()
    this.#read(joined, this.#shapes, nested, over)
    if (over.count === 0) return
    const ends = found.ends()
    for (let index = 0; index < over.count; index++) {
      const [start, end] = [over.startOf(index), over.endOf(index)]
      if (!isAnyBetween(ends, start, end)) found.add(start, end)
    }
  }

  #readCoded(text: string, nested: number, found: Findings): void {
    // A run that is long enough holds one of these places, wherever it begins.
    let before = 0
    for (let at = MIN_CODED - 1; at < text.length; at += MIN_CODED) {
      if (!isCoded(text.charCodeAt(at))) continue
      let start = at
      while (start > before && isCoded(text.charCodeAt(start - 1))) start--
      while (isCoded(text.charCodeAt(at))) at++
      before = at
      if (at - start < MIN_CODED) continue
      DISCORD_BOT.lastIndex = start
      if (DISCORD_BOT.test(text)) found.add(start, DISCORD_BOT.lastIndex)
      else if (this.#isCodedSecret(text.slice(start, at), nested)) found.add(start, at)
    }
  }

  #isCodedSecret(run: string, nested: number): boolean {
    for (let skip = 0; skip < 4; skip++) {
      if (!isBase64OfText(run, skip)) continue
      if (this.#find(decoded(run.slice(skip)), nested + 1).count > 0) return true
    }
    return false
  }
}

/** Tells whether one of some numbers, ascending, lies between two others. */
function isAnyBetween(numbers: Uint32Array, low: number, high: number): boolean {
  let [from, to] = [0, numbers.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if ((numbers[middle] ?? 0) > low) to = middle
    else from = middle + 1
  }
  return from < numbers.length && (numbers[from] ?? 0) < high
}

const decoded = (text: string) => Buffer.from(text, 'base64').toString('latin1')

function blank(length: number): Find {
  return (_text, at, found) => {
    found.add(at, at + length)
    return at + length
  }
}

/** Knows shapes and names alone. Made at its first use, as a start is not to wait for it. */
let unknowing: SecretFinder | null = null

/** A name that people give to secrets, in part of it: `keyFile`, `MY_TOKENS`. */
const SUSPICIOUS_NAME = /key|token|secret|passw|credential/i
/** A secret's name in front of something, as in the arguments of a program. */
const SUSPICIOUS_TEXT = /(?:api[-_]?key|token|secret|passw(?:or)?d)["']?\s*[=:,\s]/i

/**
 * Tells whether a setting may hold a secret, by its name or by what it says itself. Stricter than `SecretFinder`, which must
 * leave a log legible: a setting is shown whole or not at all.
 */
export function mayHoldSecret(name: string, value: string): boolean {
  if (isSecretName(name) || SUSPICIOUS_NAME.test(name) || SUSPICIOUS_TEXT.test(value)) return true
  if (hasCredentials(value)) return true
  unknowing ??= new SecretFinder([])
  return unknowing.hide(value) !== value
}

/** Finds credentials as in a URL: `user:password@host`. Not by a pattern, which takes minutes for a megabyte of colons. */
function hasCredentials(value: string): boolean {
  return value.split(/\s+/).some((word) => {
    const colon = word.indexOf(':', 1)
    return colon > 0 && word.indexOf('@', colon) > 0
  })
}
