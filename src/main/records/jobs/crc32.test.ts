import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { crc32, tableCrc32 } from './crc32'

it('is the CRC-32 of zlib, with and without a Node that has it', () => {
  // The check value of the catalogue of CRCs, and that of nothing.
  for (const sum of [crc32, tableCrc32]) {
    expect(sum(Buffer.from('123456789'))).toBe(0xcbf43926)
    expect(sum(Buffer.alloc(0))).toBe(0)
  }
})

it('is the same by both, whatever the bytes', () => {
  for (const length of [1, 7, 255, 256, 4096, 100_001]) {
    const bytes = randomBytes(length)
    expect(tableCrc32(bytes)).toBe(crc32(bytes))
  }
})
