import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { checkPprof } from './check-pprof'
import { eachField, LENGTH_DELIMITED } from './pprof-wire'

/** The field `Profile.string_table` in pprof's profile.proto, and the byte that its entries begin with. */
const STRING_TABLE = 6
const STRING_TAG = (STRING_TABLE << 3) | LENGTH_DELIMITED
/** Largest profile accepted, in bytes, unpacked: a larger one is not ours. */
const MAX_UNPACKED_BYTES = 256 * 2 ** 20

/**
 * Makes a gzipped pprof safe to leave the machine: all its texts, such as the names of functions and files, go through
 * `scrub`, all else stays byte for byte.
 * @returns `null` if it is no gzipped pprof
 */
export async function scrubStrings(
  profile: Uint8Array,
  scrub: (text: string) => string,
): Promise<Uint8Array | null> {
  try {
    const bytes = await promisify(gunzip)(profile, { maxOutputLength: MAX_UNPACKED_BYTES })
    checkPprof(bytes)
    const rewritten = rewriteStrings(bytes, scrub)
    return rewritten === null ? profile : await promisify(gzip)(rewritten)
  } catch {
    return null
  }
}

/**
 * @returns `null` if there is nothing to change
 * @throws {PprofError}
 */
function rewriteStrings(bytes: Buffer, scrub: (text: string) => string): Buffer | null {
  const pieces: Uint8Array[] = []
  let copied = 0
  eachField(bytes, (field, wireType, value) => {
    if (field !== STRING_TABLE || wireType !== LENGTH_DELIMITED) return
    const text = Buffer.from(value.buffer, value.byteOffset, value.length).toString()
    const scrubbed = scrub(text)
    if (scrubbed === text) return
    const start = value.byteOffset - bytes.byteOffset
    const head = start - varint(value.length).length - 1
    if (bytes[head] !== STRING_TAG) throw new Error('a length takes more bytes than it needs')
    const replacement = Buffer.from(scrubbed)
    pieces.push(bytes.subarray(copied, head), Buffer.from([STRING_TAG, ...varint(replacement.length)]))
    pieces.push(replacement)
    copied = start + value.length
  })
  return copied === 0 ? null : Buffer.concat([...pieces, bytes.subarray(copied)])
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}
