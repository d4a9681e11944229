import assert from 'node:assert/strict'

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u

/** Expects a readable line, whatever was in the input. `longest` in UTF-16 code units. */
export function expectOneLine(text: string, longest: number): void {
  assert.ok(!CONTROL.test(text), `it is not one line: ${JSON.stringify(text.slice(0, 300))}`)
  assert.ok(text.length <= longest, `it has ${text.length} characters`)
}

/** Expects a count, a size or a time: never NaN, infinite or negative. */
export function expectMeasure(value: number): void {
  assert.ok(Number.isFinite(value) && value >= 0, `${value} is no measure`)
}

/** Expects that a parsed value is parsed again unchanged, also from disk. */
export function expectSurvives<T>(value: T, parse: (data: unknown) => T | null): void {
  const written = JSON.stringify(value)
  assert.equal(JSON.stringify(parse(value)), written)
  // JSON has all numbers except -0, and writes that as 0.
  assert.equal(JSON.stringify(parse(JSON.parse(written))), written)
}

/** Expects an ISO 8601 time that a Date can hold. */
export function expectTime(text: string): void {
  assert.ok(!Number.isNaN(Date.parse(text)), `${JSON.stringify(text)} is no time`)
}
