import { damaged } from './pprof-error'

/** Wire types of the protobuf encoding; groups (3, 4) have never been part of pprof. */
export const VARINT = 0
export const LENGTH_DELIMITED = 2
const FIXED = new Map([
  [1, 8],
  [5, 4],
])

/** Longest encoding of a 64-bit number. Source: protobuf.dev/programming-guides/encoding. */
const MAX_VARINT_BYTES = 10

/**
 * Parses the fields of a message. `pprof-format` itself reads past the end of a truncated message, accepts
 * only one-byte tags, and takes quadratic time in a varint's length: nothing reaches it unchecked.
 * @param take gets the number's bytes, or the content of a length-delimited field; fixed ones are left out
 * @throws {PprofError} at the first byte that is not protobuf
 */
export function eachField(
  message: Uint8Array,
  take: (field: number, wireType: number, value: Uint8Array) => void,
): void {
  let at = 0
  while (at < message.length) {
    const tag = smallNumber(message, at)
    at = tag.end
    const [field, wireType] = [Math.floor(tag.value / 8), tag.value % 8]
    if (field === 0) throw damaged('it is no protobuf: a field has the number 0')
    const size = wireType === LENGTH_DELIMITED ? smallNumber(message, at) : null
    const start = size?.end ?? at
    const length = size?.value ?? FIXED.get(wireType) ?? varintLength(message, start, wireType)
    if (length > message.length - start) throw damaged('a field ends after the end of its message')
    at = start + length
    if (!FIXED.has(wireType)) take(field, wireType, message.subarray(start, at))
  }
}

/** Checks a packed list of numbers. @throws {PprofError} */
export function checkVarints(packed: Uint8Array): void {
  for (let at = 0; at < packed.length; ) at += varintLength(packed, at, VARINT)
}

function varintLength(bytes: Uint8Array, start: number, wireType: number): number {
  if (wireType !== VARINT) throw damaged(`it is no protobuf: wire type ${wireType}`)
  for (let length = 1; length <= MAX_VARINT_BYTES; length += 1) {
    const byte = bytes[start + length - 1]
    if (byte === undefined) throw damaged('a number is cut off')
    if (byte < 0x80) return length
  }
  throw damaged('a number has more than 64 bits')
}

function smallNumber(bytes: Uint8Array, start: number): { value: number; end: number } {
  const end = start + varintLength(bytes, start, VARINT)
  let value = 0
  for (let at = end - 1; at >= start; at -= 1) value = value * 0x80 + ((bytes[at] ?? 0) & 0x7f)
  return { value, end }
}
