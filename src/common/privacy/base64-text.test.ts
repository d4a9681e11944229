import { expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { isBase64OfText, isCoded } from './base64-text'

const written = fc.array(fc.oneof(fc.integer({ min: 32, max: 126 }), fc.constantFrom(9, 10, 13)), {
  minLength: 12,
  maxLength: 40,
})
const coding = fc.constantFrom<BufferEncoding>('base64', 'base64url')

it('tells text that somebody wrote, wherever its base64 begins', () => {
  fc.assert(
    fc.property(written, coding, fc.string({ maxLength: 9 }), (bytes, encoding, before) => {
      const text = before + Buffer.from(bytes).toString(encoding)
      expect(isBase64OfText(text, before.length)).toBe(true)
    }),
  )
})

it('is not deceived by one byte among the first twelve that nobody writes', () => {
  const strange = fc.oneof(
    fc.integer({ min: 127, max: 255 }),
    fc.integer({ min: 0, max: 8 }),
    fc.constantFrom(11, 12, 14, 31),
  )
  fc.assert(
    fc.property(written, coding, fc.nat(11), strange, (bytes, encoding, at, byte) => {
      const changed = bytes.with(at, byte)
      expect(isBase64OfText(Buffer.from(changed).toString(encoding), 0)).toBe(false)
    }),
  )
})

it('takes nothing that ends before it tells', () => {
  for (const text of ['', 'aGVs', Buffer.from('hello wo').toString('base64')])
    expect(isBase64OfText(text, 0)).toBe(false)
})

it('knows the characters of both alphabets, and no other', () => {
  const coded = Array.from({ length: 300 }, (_, code) => code).filter(isCoded)
  expect(String.fromCharCode(...coded)).toMatch(/^[A-Za-z0-9+/_-]{66}$/)
})
