import { expect, test } from 'vitest'
import { judgeProfiles, judgeTraces, MAX_ANSWER_BYTES } from './response'

const answer = (status: number, text = '', type = 'application/json') => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(text),
})

test.each([
  ['{"rate_by_service":{}}', 'taken'],
  ['{"rate_by_service":{"service:a,env:b":0.5}}', 'taken'],
  ['{"rate_by_service":null}', 'later'],
  ['{}', 'later'],
  ['null', 'later'],
  ['OK', 'later'],
  ['', 'later'],
  ['{"rate_by_', 'later'],
  ['<html>Sign in to this network</html>', 'later'],
  ['\u0000\u00ff{<', 'later'],
])('spans are confirmed by the sampling rates alone: 200 %j is %s', (text, outcome) => {
  expect(judgeTraces(answer(200, text))).toMatchObject({ outcome })
})

test.each([
  [302, 'later', 'later'],
  [400, 'refused', 'refused'],
  [401, 'later', 'refused'],
  [403, 'later', 'refused'],
  [404, 'later', 'refused'],
  [407, 'later', 'refused'],
  [408, 'later', 'later'],
  [413, 'refused', 'refused'],
  [415, 'refused', 'refused'],
  [429, 'later', 'later'],
  [500, 'later', 'later'],
  [503, 'later', 'later'],
])('HTTP %i: spans %s, profiles %s', (status, spans, profiles) => {
  const confirmation = '{"rate_by_service":{}}'
  expect(judgeTraces(answer(status, confirmation))).toEqual({ outcome: spans, reason: `HTTP ${status}` })
  expect(judgeProfiles(answer(status))).toEqual({ outcome: profiles, reason: `HTTP ${status}` })
})

test('an answer without an end confirms nothing: neither spans nor profiles', () => {
  const endless = answer(200, '['.repeat(MAX_ANSWER_BYTES + 1))
  for (const judge of [judgeTraces, judgeProfiles]) expect(judge(endless)).toMatchObject({ outcome: 'later' })
})

test('202 confirms profiles, which the Agent hands on, and no spans', () => {
  expect(judgeProfiles(answer(202))).toEqual({ outcome: 'taken' })
  expect(judgeTraces(answer(202, '{"rate_by_service":{}}'))).toMatchObject({ outcome: 'later' })
})
