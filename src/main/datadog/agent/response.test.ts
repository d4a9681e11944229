import { expect, test } from 'vitest'
import { classifyProfileResponse, classifyTraceResponse, MAX_RESPONSE_BYTES } from './response'

const answer = (status: number, text = '', type = 'application/json') => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(text),
})

test.each([
  ['{"rate_by_service":{}}', 'accepted'],
  ['{"rate_by_service":{"service:a,env:b":0.5}}', 'accepted'],
  ['{"rate_by_service":null}', 'retry'],
  ['{}', 'retry'],
  ['null', 'retry'],
  ['OK', 'retry'],
  ['', 'retry'],
  ['{"rate_by_', 'retry'],
  ['<html>Sign in to this network</html>', 'retry'],
  ['\u0000\u00ff{<', 'retry'],
])('spans are confirmed by the sampling rates alone: 200 %j is %s', (text, outcome) => {
  expect(classifyTraceResponse(answer(200, text))).toMatchObject({ outcome })
})

test.each([
  [302, 'retry', 'retry'],
  [400, 'rejected', 'rejected'],
  [401, 'retry', 'rejected'],
  [403, 'retry', 'rejected'],
  [404, 'retry', 'rejected'],
  [407, 'retry', 'rejected'],
  [408, 'retry', 'retry'],
  [413, 'rejected', 'rejected'],
  [415, 'rejected', 'rejected'],
  [429, 'retry', 'retry'],
  [500, 'retry', 'retry'],
  [503, 'retry', 'retry'],
])('HTTP %i: spans %s, profiles %s', (status, spans, profiles) => {
  const confirmation = '{"rate_by_service":{}}'
  expect(classifyTraceResponse(answer(status, confirmation))).toEqual({
    outcome: spans,
    reason: `HTTP ${status}`,
  })
  expect(classifyProfileResponse(answer(status))).toEqual({ outcome: profiles, reason: `HTTP ${status}` })
})

test('an answer without an end confirms nothing: neither spans nor profiles', () => {
  const endless = answer(200, '['.repeat(MAX_RESPONSE_BYTES + 1))
  for (const judge of [classifyTraceResponse, classifyProfileResponse])
    expect(judge(endless)).toMatchObject({ outcome: 'retry' })
})

test('202 confirms profiles, which the Agent hands on, and no spans', () => {
  expect(classifyProfileResponse(answer(202))).toEqual({ outcome: 'accepted' })
  expect(classifyTraceResponse(answer(202, '{"rate_by_service":{}}'))).toMatchObject({ outcome: 'retry' })
})
