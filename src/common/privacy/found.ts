/** The replacement of a secret, the same as dd-trace's. */
export const REDACTED = '<redacted>'

/** So many numbers tell one finding: its start, its end, and whether its place is taken by a text of JSON. */
const EACH = 3
/** From so many findings on the result is written character by character: pieces of it would be as many objects. */
const MANY = 256

/**
 * The parts of a text that must not leave; offsets in UTF-16 code units. Numbers in one array: a hostile megabyte has hundreds of
 * thousands of them, and as objects they take longer to collect than to find.
 */
export class Findings {
  #numbers = new Uint32Array(8 * EACH)
  #count = 0

  get count(): number {
    return this.#count
  }

  /** @param isText true where a number of JSON stood: a text takes its place, so that it stays JSON */
  add(start: number, end: number, isText = false): void {
    if ((this.#count + 1) * EACH > this.#numbers.length) {
      const more = new Uint32Array(this.#numbers.length * 4)
      more.set(this.#numbers)
      this.#numbers = more
    }
    const at = this.#count++ * EACH
    this.#numbers[at] = start
    this.#numbers[at + 1] = end
    this.#numbers[at + 2] = isText ? 1 : 0
  }

  startOf(index: number): number {
    return this.#numbers[index * EACH] ?? 0
  }

  endOf(index: number): number {
    return this.#numbers[index * EACH + 1] ?? 0
  }

  isText(index: number): boolean {
    return this.#numbers[index * EACH + 2] === 1
  }

  /** The ends of all, ascending. */
  ends(): Uint32Array {
    const ends = new Uint32Array(this.#count)
    for (let index = 0; index < this.#count; index++) ends[index] = this.endOf(index)
    return ends.sort()
  }

  /** The findings, in order; parts that overlap are one, and put what the first one puts. */
  merged(): Findings {
    const apart = new Findings()
    const order = this.#isInOrder() ? null : this.#inOrder()
    let [start, end, isText] = [0, -1, false]
    for (let place = 0; place < this.#count; place++) {
      const index = order ? (order[place] ?? 0) : place
      const from = this.startOf(index)
      if (from < end) {
        end = Math.max(end, this.endOf(index))
        continue
      }
      if (end >= 0) apart.add(start, end, isText)
      ;[start, end, isText] = [from, this.endOf(index), this.isText(index)]
    }
    if (end >= 0) apart.add(start, end, isText)
    return apart
  }

  #isInOrder(): boolean {
    for (let index = 1; index < this.#count; index++)
      if (this.startOf(index) <= this.startOf(index - 1)) return false
    return true
  }

  /** The places of all by their starts, of two that begin together the longer one first. An array that has runs in order is sorted in a walk. */
  #inOrder(): readonly number[] {
    const order: number[] = []
    for (let index = 0; index < this.#count; index++) order.push(index)
    return order.sort((a, b) => this.startOf(a) - this.startOf(b) || this.endOf(b) - this.endOf(a))
  }
}

/** Replaces what was found; parts that overlap become one, in place of the first. */
export function replaceFound(text: string, found: Findings): string {
  if (found.count === 0) return text
  const apart = found.merged()
  if (apart.count >= MANY) return replaceMany(text, apart)
  let replaced = ''
  let end = 0
  for (let index = 0; index < apart.count; index++) {
    replaced += text.slice(end, apart.startOf(index)) + putOf(apart.isText(index))
    end = apart.endOf(index)
  }
  return replaced + text.slice(end)
}

const putOf = (isText: boolean) => (isText ? `"${REDACTED}"` : REDACTED)

function replaceMany(text: string, apart: Findings): string {
  const out = new Uint16Array(text.length + apart.count * (REDACTED.length + 2))
  let length = 0
  const copy = (from: string, start: number, end: number) => {
    for (let at = start; at < end; at++) out[length++] = from.charCodeAt(at)
  }
  let end = 0
  for (let index = 0; index < apart.count; index++) {
    copy(text, end, apart.startOf(index))
    const put = putOf(apart.isText(index))
    copy(put, 0, put.length)
    end = apart.endOf(index)
  }
  copy(text, end, text.length)
  return Buffer.from(out.buffer, 0, 2 * length).toString('utf16le')
}
