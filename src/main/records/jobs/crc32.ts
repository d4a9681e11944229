import zlib from 'node:zlib'

/** The reversed polynomial of CRC-32 (ISO 3309, as in zlib and gzip). */
const POLYNOMIAL = 0xedb88320

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? POLYNOMIAL : 0)
  return remainder
})

/** Node's own, which is some ten times as fast, since 20.15; Electron 31 has 20.14. */
const builtIn = (zlib as { crc32?: (bytes: Uint8Array) => number }).crc32

/** The CRC-32 of the bytes, as an unsigned number. */
export const crc32 = builtIn ?? tableCrc32

/** The same in JavaScript, for a Node without it. */
export function tableCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0)
  return ~crc >>> 0
}
