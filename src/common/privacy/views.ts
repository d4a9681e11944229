/** A text as it reads once it is decoded, and where each of its characters comes from. */
export interface View {
  readonly text: string
  /** True for the original itself. */
  readonly isPlain: boolean
  /** The index in the original at which a span of the view that begins at an index begins. */
  readonly startOf: (start: number) => number
  /** The same for its end. */
  readonly endOf: (end: number) => number
}

const same = (index: number) => index
/** A text as it is. */
export const plainView = (text: string): View => ({ text, isPlain: true, startOf: same, endOf: same })

const MAY_BE_ESCAPED = /\\[ux"'\\/bfnrt]|%[0-9a-fA-F]{2}|&[#aqlg]/
const PLAIN: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const ENTITY = /&(?:#(\d{1,5})|(amp|quot|lt|gt|apos));/y
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" }

/** Room that views are written in, one after the other; the collector may take it between two texts. */
class Room {
  readonly text: Uint16Array
  readonly from: Uint32Array

  constructor(size: number) {
    this.text = new Uint16Array(size)
    this.from = new Uint32Array(size + 1)
  }
}

let lastRoom: WeakRef<Room> | null = null

function roomFor(size: number): Room {
  const last = lastRoom?.deref()
  if (last && last.text.length >= size) return last
  const room = new Room(size)
  lastRoom = new WeakRef(room)
  return room
}

/** Writes a view, character by character: a hostile text is nothing but escapes. */
class ViewWriter {
  readonly #text: Uint16Array
  readonly #from: Uint32Array
  #length = 0

  constructor(size: number) {
    const { text, from } = roomFor(size)
    this.#text = text
    this.#from = from
  }

  put(code: number, from: number): void {
    this.#text[this.#length] = code
    this.#from[this.#length++] = from
  }

  get text(): string {
    return Buffer.from(this.#text.buffer, 0, 2 * this.#length).toString('utf16le')
  }

  /** @param length of the text that was read @returns where each character comes from */
  origins(length: number): Uint32Array {
    this.#from[this.#length] = length
    return this.#from.slice(0, this.#length + 1)
  }
}

/**
 * Makes a view. Where its characters come from is only asked where something is found in it, and then written once more.
 * @param isWhole true where each character reaches to the next one's beginning; false where some were left out between
 */
function written(text: string, write: (view: ViewWriter) => void, isWhole: boolean): View {
  let from: Uint32Array | null = null
  const origins = () => {
    const again = new ViewWriter(text.length)
    write(again)
    return again.origins(text.length)
  }
  const originOf = (at: number) => {
    from ??= origins()
    return from[at] ?? text.length
  }
  const first = new ViewWriter(text.length)
  write(first)
  return {
    text: first.text,
    isPlain: false,
    startOf: originOf,
    endOf: (end) => (isWhole ? originOf(end) : originOf(end - 1) + 1),
  }
}

/** The text with its escapes of JSON, of addresses and of XML decoded by one level; `null` without any. */
export function unescaped(text: string): View | null {
  if (!MAY_BE_ESCAPED.test(text)) return null
  return written(text, (view) => writeUnescaped(text, view), true)
}

function writeUnescaped(text: string, view: ViewWriter): void {
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at)
    const length = code === 92 || code === 37 || code === 38 ? putDecoded(text, at, code, view) : 0
    if (length === 0) view.put(code, at)
    at += length || 1
  }
}

/** Decodes one escape. @returns its length; 0 where it is none */
function putDecoded(text: string, at: number, code: number, view: ViewWriter): number {
  if (code === 37) return putHex(text, at, 1, 2, view)
  if (code === 38) {
    ENTITY.lastIndex = at
    const [all, decimal, name = ''] = ENTITY.exec(text) ?? []
    if (all === undefined) return 0
    view.put(decimal === undefined ? (ENTITIES[name] ?? '&').charCodeAt(0) : Number(decimal), at)
    return all.length
  }
  const next = text[at + 1] ?? ''
  if (next === 'u') return putHex(text, at, 2, 4, view)
  if (next === 'x') return putHex(text, at, 2, 2, view)
  if (next === '' || !'"\'\\/bfnrt'.includes(next)) return 0
  view.put((PLAIN[next] ?? next).charCodeAt(0), at)
  return 2
}

function putHex(text: string, at: number, skip: number, digits: number, view: ViewWriter): number {
  let value = 0
  for (let digit = at + skip; digit < at + skip + digits; digit++) {
    const one = hexDigit(text.charCodeAt(digit))
    if (one < 0) return 0
    value = value * 16 + one
  }
  view.put(value, at)
  return skip + digits
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const small = code | 32
  return small >= 97 && small <= 102 ? small - 87 : -1
}

/** Leaves parts of a text out. @param lengthAt the length of what is left out at an index; 0 for nothing @param put tells what stands in its place */
export function leavingOut(
  text: string,
  lengthAt: (text: string, at: number, code: number) => number,
  put: (code: number, length: number) => '' | ' ',
): View {
  const write = (view: ViewWriter) => {
    for (let at = 0; at < text.length; ) {
      const code = text.charCodeAt(at)
      const length = lengthAt(text, at, code)
      if (length === 0) view.put(code, at)
      else if (put(code, length)) view.put(32, at)
      at += length || 1
    }
  }
  return written(text, write, false)
}

/** The text with its lines joined where a value may go on; `null` where there are no such lines. */
export function withoutBreaks(text: string): View | null {
  if (!text.includes('\n')) return null
  return leavingOut(
    text,
    (all, at, code) => (code === 10 || code === 13 || code === 92 ? breakAt(all, at) : 0),
    () => '',
  )
}

const MAX_INDENT = 64

function breakAt(text: string, at: number): number {
  if (!isOfValue(text.charCodeAt(at - 1))) return 0
  let end = at
  if (text[end] === '\\') end++
  if (text[end] === '\r') end++
  if (text[end] !== '\n') return 0
  end++
  while (end - at < MAX_INDENT && (text[end] === ' ' || text[end] === '\t')) end++
  return isOfValue(text.charCodeAt(end)) ? end - at : 0
}

/** Letters, digits and `+ / = _ - .`: what values consist of. */
function isOfValue(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95 ||
    (code >= 45 && code <= 47) ||
    code === 43 ||
    code === 61
  )
}

/** A view of a view, as a view of the original. */
export function through(outer: View, inner: View): View {
  if (outer.isPlain) return inner
  return {
    text: inner.text,
    isPlain: false,
    startOf: (start) => outer.startOf(inner.startOf(start)),
    endOf: (end) => outer.endOf(inner.endOf(end)),
  }
}
