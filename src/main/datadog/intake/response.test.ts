import { expect, test } from 'vitest'
import { classifyIntakeResponse } from './response'

const NOW = Date.UTC(2026, 10, 23, 20, 13)

function classify(status: number, headers: Record<string, string> = {}, body: string | Uint8Array = '{}') {
  return classifyIntakeResponse({ status, headers, body: Buffer.from(body) }, NOW)
}

test.each([200, 202, 204])('%i accepts', (status) => {
  expect(classify(status, {}, status === 204 ? '' : '{}')).toEqual({ outcome: 'accepted' })
})

test.each([401, 403])('%i forbids: the key is wrong', (status) => {
  expect(classify(status, { 'content-type': 'application/json' }, '{"errors":["Forbidden"]}')).toEqual({
    outcome: 'forbidden',
    reason: `HTTP ${status}`,
  })
})

test.each([400, 413, 415, 422])('%i rejects what was sent', (status) => {
  expect(classify(status)).toEqual({ outcome: 'rejected', reason: `HTTP ${status}` })
})

test.each([301, 302, 404, 407, 408, 429, 500, 502, 503, 511])('%i leaves it for later', (status) => {
  expect(classify(status)).toEqual({ outcome: 'retry', reason: `HTTP ${status}` })
})

test.each([
  ['7', 7_000],
  ['0', 0],
  [new Date(NOW + 90_000).toUTCString(), 90_000],
  [new Date(NOW - 90_000).toUTCString(), 0],
  ['86400', 3_600_000],
  ['9'.repeat(400), undefined],
  ['soon', undefined],
])('429 with Retry-After %s', (after, afterMs) => {
  expect(classify(429, { 'retry-after': after })).toEqual({
    outcome: 'retry',
    reason: 'HTTP 429',
    ...(afterMs === undefined ? {} : { afterMs }),
  })
})

test.each([
  ['200 of a captive portal', 200, 'text/html; charset=utf-8', '<html>Welcome to the hotel</html>'],
  ['a page that does not say that it is one', 200, 'application/octet-stream', '\n <!DOCTYPE html>'],
  ["403 of a company's gateway", 403, 'text/html', '<h1>Blocked</h1>'],
  ['binary data', 200, 'application/json', Uint8Array.of(0, 255, 254)],
  ['what has no end', 200, 'application/json', ' '.repeat(70_000)],
] as const)('%s is not from Datadog', (_, status, type, body) => {
  expect(classify(status, { 'content-type': type }, body)).toEqual({
    outcome: 'retry',
    reason: `HTTP ${status}, and not from Datadog`,
  })
})
