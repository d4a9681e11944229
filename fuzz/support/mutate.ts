import fc from 'fast-check'
import { BYTE_TOKENS } from './tokens'

type Bytes = Uint8Array

/** One mutation. `at` and `other` are places, modulo the length; `size` is a small number. */
interface Slip {
  readonly at: number
  readonly other: number
  readonly size: number
}
type Change = (bytes: Bytes, slip: Slip, corpus: readonly Bytes[]) => Bytes

/** Size to which an input is grown now and then, in bytes, to reveal more than linear time. */
const GROWN_BYTES = 256 * 1024
const GROWN_ONE_IN = 500
const MAX_SLIPS = 6
const FAR = 2 ** 30

const joined = (...parts: Bytes[]): Bytes => Buffer.concat(parts)
const place = (bytes: Bytes, at: number) => (bytes.length === 0 ? 0 : at % bytes.length)
const one = (bytes: Bytes, at: number, change: (byte: number) => number): Bytes => {
  if (bytes.length === 0) return bytes
  const copy = Uint8Array.from(bytes)
  const where = place(bytes, at)
  copy[where] = change(copy[where] ?? 0)
  return copy
}
/** Replaces `removed` bytes by `put`. */
const splice = (bytes: Bytes, at: number, removed: number, put: Bytes): Bytes => {
  const where = place(bytes, at)
  return joined(bytes.subarray(0, where), put, bytes.subarray(where + removed))
}
const piece = (bytes: Bytes, at: number, size: number): Bytes =>
  bytes.subarray(place(bytes, at), place(bytes, at) + size)
const pick = <T>(list: readonly T[], index: number): T => {
  const picked = list[index % list.length]
  if (picked === undefined) throw new Error('nothing to pick from')
  return picked
}

const CHANGES: readonly Change[] = [
  (bytes, { at, size }) => one(bytes, at, () => size),
  (bytes, { at, size }) => one(bytes, at, (byte) => byte ^ (1 << (size % 8))),
  (bytes, { at, size }) => splice(bytes, at, 1 + (size % 16), Buffer.alloc(0)),
  (bytes, { at, size }) => splice(bytes, at, 0, piece(bytes, at, 1 + size)),
  (bytes, { at, other, size }) => splice(bytes, at, size % 16, piece(bytes, other, 1 + size)),
  (bytes, { at, other }) => splice(bytes, at, 0, pick(BYTE_TOKENS, other)),
  (bytes, { at, other, size }) => splice(bytes, at, 1 + (size % 8), pick(BYTE_TOKENS, other)),
  (bytes, { at }) => bytes.subarray(0, place(bytes, at)),
  (bytes, { at, other, size }, corpus) => {
    const from = pick(corpus, size)
    return joined(bytes.subarray(0, place(bytes, at)), from.subarray(place(from, other)))
  },
]

const slips = fc.array(
  fc.record({
    kind: fc.nat(CHANGES.length - 1),
    at: fc.nat(FAR),
    other: fc.nat(FAR),
    size: fc.nat(255),
  }),
  { maxLength: MAX_SLIPS },
)

/** Bytes of the corpus with some replaced, removed, doubled, moved, or exchanged for difficult input. */
export function mutated(corpus: readonly Bytes[], seldomGrown = GROWN_ONE_IN): fc.Arbitrary<Bytes> {
  return fc
    .tuple(fc.nat(corpus.length - 1), slips, fc.nat(seldomGrown), fc.nat(FAR))
    .map(([sample, changes, growth, at]) => {
      const bytes = changes.reduce(
        (before, { kind, ...slip }) => pick(CHANGES, kind)(before, slip, corpus),
        pick(corpus, sample),
      )
      return growth === seldomGrown ? grown(bytes, at) : bytes
    })
}

/** Mutated text; invalid UTF-8 becomes replacement characters, as when it is read from a file. */
export function mutatedText(corpus: readonly string[], seldomGrown?: number): fc.Arbitrary<string> {
  return mutated(
    corpus.map((text) => Buffer.from(text)),
    seldomGrown,
  ).map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())
}

/** Repeats a piece in its place many times: endless nesting, an endless line or number. */
function grown(bytes: Bytes, at: number): Bytes {
  const repeated = piece(bytes, at, 1 + (at % 5))
  if (repeated.length === 0) return bytes
  const times = Math.floor(GROWN_BYTES / repeated.length)
  return splice(bytes, at, 0, Buffer.alloc(times * repeated.length, repeated))
}
