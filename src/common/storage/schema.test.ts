import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { finite, isoTime, schemaProblem } from './schema'

describe('a time on disk', () => {
  it.each([0, Date.UTC(2026, 0, 2), 8.64e15])('is what toISOString writes: %d', (at) => {
    expect(v.is(isoTime, new Date(at).toISOString())).toBe(true)
  })

  it.each([
    '',
    'yesterday',
    '2026',
    '2026-01-02',
    '026-01-02T03:04:05.000Z',
    '2026-13-02T03:04:05.000Z',
    0,
    null,
  ])('is not %j', (text) => expect(v.is(isoTime, text)).toBe(false))
})

it('a number on disk is one that JSON holds', () => {
  expect([0, -1, 1e308].every((number) => v.is(finite, number))).toBe(true)
  // JSON.parse reads a number that is too large as Infinity, and JSON.stringify writes that as null.
  expect(v.is(finite, JSON.parse('1e999'))).toBe(false)
})

it('what is wrong is one short line, whatever the data is', () => {
  const result = v.safeParse(v.object({ kind: v.literal('a') }), { kind: `\u001b[2J\n${'x'.repeat(1e6)}` })
  expect(result.success).toBe(false)
  if (result.issues)
    expect(schemaProblem(result.issues)).toMatch(/^kind: Invalid type: [^\p{Cc}]{100,200}…$/u)
})
