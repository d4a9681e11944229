import * as v from 'valibot'
import { cutText } from '../output/cut-text'

/**
 * Longest part of a schema's message kept, in UTF-16 code units: it quotes the data, which may be anything.
 */
const MAX_REASON = 160
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A time as `toISOString` writes it, with a year that a Date can hold. */
const ISO_TIME = /^(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z$/

/** A valid time in ISO 8601, UTC: readers of a record may calculate with its times. */
export const isoTime = v.pipe(
  v.string(),
  v.check((text) => ISO_TIME.test(text) && !Number.isNaN(Date.parse(text)), 'not a time'),
)

/** A number that JSON can hold: NaN and Infinity would be written as null. */
export const finite = v.pipe(v.number(), v.finite())

/** A text of at most `limit` bytes of JSON; a longer one is cut, and the record stays valid. */
export const textOf = (limit: number) =>
  v.pipe(
    v.string(),
    v.transform((text) => cutText(limit, text)),
  )

/** The first problem with data from disk, in one short line. */
export function schemaProblem([issue]: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string {
  const words = `${v.getDotPath(issue) ?? 'all of it'}: ${issue.message}`.replaceAll(UNPRINTABLE, ' ')
  return words.length > MAX_REASON ? `${words.slice(0, MAX_REASON)}…` : words
}
