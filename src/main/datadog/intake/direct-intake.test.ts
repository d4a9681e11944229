import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { API_KEY, CLIENT_TOKEN, type Intake, startIntake } from '../../../../testing/intake/intake'
import { captureLog } from '../../../../testing/log/capture-log'
import type { DirectWay } from '../../settings/sending-way'
import { IDENTITY } from '../spans/testing/identity'
import { wireSpan } from '../spans/wire-span'
import { DirectIntake } from './direct-intake'

let double: Intake
beforeEach(async () => {
  double = await startIntake()
})
afterEach(() => double.stop())

const limits = { timeoutMs: 5_000 }
const span = () =>
  wireSpan(
    {
      ids: { trace: 7n, upper: '6929aaaa00000000', span: 8n, parent: 0n },
      name: 'studio.job',
      resource: 'portrait',
      type: 'worker',
      startMs: Date.now(),
      endMs: Date.now(),
      error: { type: 'RangeError', message: 'the image is too large' },
      meta: {},
      metrics: { 'studio.job.progress': 0.5 },
      links: [],
    },
    IDENTITY,
  )

function open(way: DirectWay = { kind: 'proxy', url: double.url, token: CLIENT_TOKEN }, now?: () => number) {
  const { log, lines } = captureLog()
  const intake = new DirectIntake({ way, env: 'test', log, environment: {}, ...(now && { now }) })
  const send = () => intake.sendSpans(intake.packSpans([span(), null]), limits)
  return { intake, send, lines }
}

test('spans arrive, valid, with the token and the headers of the SDKs', async () => {
  const { send } = open()
  expect(await send()).toEqual({ outcome: 'accepted' })
  expect(double.problems()).toEqual([])
  expect(double.spans).toMatchObject([
    { env: 'test', trace_id: '0000000000000007', meta: { '_dd.p.tid': '6929aaaa00000000' } },
  ])
  expect(double.requests[0]?.headers).toMatchObject({
    'dd-api-key': CLIENT_TOKEN,
    'dd-evp-origin': 'dd-trace-js',
    'dd-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'content-type': 'application/json',
  })
})

test('a proxy that knows the token is sent none', async () => {
  const { send } = open({ kind: 'proxy', url: double.url, token: null })
  expect(await send()).toEqual({ outcome: 'accepted' })
  expect(double.requests[0]?.headers).not.toHaveProperty('dd-api-key')
})

test('a token that Datadog does not know stops everything, with one line that does not show it', async () => {
  const { send, lines } = open({ kind: 'proxy', url: double.url, token: 'pubwrong' })
  for (let n = 0; n < 3; n++) expect(await send()).toEqual({ outcome: 'forbidden', reason: 'HTTP 403' })
  expect(double.requests).toHaveLength(1)
  expect(lines.map(({ level }) => level)).toEqual(['error'])
  expect(JSON.stringify(lines)).not.toContain('pubwrong')
})

describe('a clock', () => {
  test.each([
    [-3 * 3_600_000, /clock is (3 h|2 h 59 min) behind Datadog's/],
    [26 * 60_000, /clock is 2[56] min( \d+ s)? ahead of Datadog's/],
  ])('that is %i ms off is told of once', async (offMs, line) => {
    const { send, lines } = open(undefined, () => Date.now() + offMs)
    await send()
    await send()
    expect(lines.map(({ message }) => message)).toEqual([expect.stringMatching(line)])
  })

  test('that is a minute off is not', async () => {
    const { send, lines } = open(undefined, () => Date.now() + 60_000)
    await send()
    expect(lines).toEqual([])
  })
})

test('what only an API key opens is there with one alone', () => {
  const site = 'datadoghq.com'
  expect(open({ kind: 'api-key', key: API_KEY, site }).intake).toMatchObject({
    sendProfile: expect.any(Function),
    sendMetrics: expect.any(Function),
  })
  expect(open({ kind: 'client-token', token: CLIENT_TOKEN, site }).intake).toMatchObject({
    sendProfile: null,
    sendMetrics: null,
  })
})

test('what cannot be reached is tried again', async () => {
  const { send } = open()
  await double.stop()
  expect(await send()).toEqual({ outcome: 'retry', reason: expect.stringContaining('ECONNREFUSED') })
})
