import { expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { MinidumpError, readMinidump } from './minidump'
import { minidumpBytes } from './testing/minidump-bytes'

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const crashes = fc.record({
  processId: uint32,
  platformId: fc.constantFrom(2, 0x8101, 0x8201),
  code: uint32,
  address: word,
  modules: fc.array(fc.record({ path: fc.string({ unit: 'binary' }), start: word, size: uint32 }), {
    maxLength: 20,
  }),
  dead: fc.array(word, { maxLength: 16 }),
  stack: fc.array(word, { maxLength: 64 }),
})

it('reads what was written', () => {
  fc.assert(
    fc.property(crashes, (crash) => {
      const { processId, code, address, modules, stack } = crash
      expect(readMinidump(minidumpBytes(crash))).toMatchObject({ processId, code, address, modules, stack })
    }),
  )
})

it('refuses a damaged one with an error of its own', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(crashes, damage, fc.double({ min: 0, max: 1, noNaN: true }), (crash, flips, kept) => {
      const bytes = minidumpBytes(crash)
      for (const [at, value] of flips) bytes[at % bytes.length] = value
      const cut = bytes.subarray(0, Math.round(bytes.length * kept))
      try {
        readMinidump(cut)
      } catch (error) {
        expect(error).toBeInstanceOf(MinidumpError)
      }
    }),
  )
})

it.each([
  ['nothing', Buffer.alloc(0)],
  ['a text', Buffer.from('This is a text, and no minidump at all, however long it is.')],
  ['one without an exception', Buffer.concat([Buffer.from('MDMP'), Buffer.alloc(60)])],
])('refuses %s', (_what, bytes) => {
  expect(() => readMinidump(bytes)).toThrow(MinidumpError)
})
