import { encode } from '@msgpack/msgpack'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { waitFor } from '../waiting/wait-for'
import { type Agent, startAgent } from './agent'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

const span = {
  trace_id: 1,
  span_id: 2,
  parent_id: 0,
  name: 'one',
  service: 's',
  resource: 'r',
  start: 1,
  duration: 1,
}

function sendTraces(signal?: AbortSignal): Promise<Response> {
  return fetch(`${agent.url}/v0.4/traces`, {
    method: 'PUT',
    headers: { 'content-type': 'application/msgpack' },
    body: encode([[span]]),
    ...(signal && { signal }),
  })
}

const arrived = () => agent.waitForRequest(({ endpoint }) => endpoint === 'traces')

test('says what it is and takes traces', async () => {
  const info = await (await fetch(`${agent.url}/info`)).json()
  expect(info).toMatchObject({ client_drop_p0s: true, endpoints: expect.arrayContaining(['/v0.4/traces']) })
  const response = await sendTraces()
  expect([response.status, await response.json()]).toEqual([200, { rate_by_service: {} }])
  expect(agent.spans()).toHaveLength(1)
  agent.clear()
  expect([agent.spans(), agent.requests()]).toEqual([[], []])
})

test('answers 404 to a path it does not know, and 400 to what it cannot decode; both are on record', async () => {
  expect((await fetch(`${agent.url}/v0.5/traces`, { method: 'PUT', body: 'x' })).status).toBe(404)
  expect((await fetch(`${agent.url}/v0.4/traces`, { method: 'PUT', body: 'x' })).status).toBe(400)
  expect((await fetch(`${agent.url}/dogstatsd/v2/proxy`, { method: 'POST', body: 'no metric' })).status).toBe(
    400,
  )
  expect(agent.requests(null)).toMatchObject([{ path: '/v0.5/traces', taken: false }])
  expect(agent.requests('traces')).toMatchObject([
    { taken: false, problem: expect.stringContaining('Error') },
  ])
  expect(agent.requests('dogstatsd')).toMatchObject([{ problem: expect.stringContaining('"no metric"') }])
})

test.each([500, 503, 429])('status %i: answers it and takes nothing', async (status) => {
  await agent.setMode({ status })
  expect((await sendTraces()).status).toBe(status)
  expect(agent.requests('traces')).toMatchObject([{ taken: false, problem: null }])
  expect(agent.spans()).toEqual([])
})

test('garbage: 200 with what is no JSON', async () => {
  await agent.setMode('garbage')
  const response = await sendTraces()
  expect(response.status).toBe(200)
  await expect(response.json()).rejects.toThrow(SyntaxError)
  expect(agent.spans()).toEqual([])
})

test('reset: the connection ends in the middle of the answer', async () => {
  await agent.setMode('reset')
  const response = await sendTraces()
  expect(response.status).toBe(200)
  await expect(response.text()).rejects.toThrow('terminated')
  expect(agent.spans()).toEqual([])
})

test('slow: takes it, late; not from a client that has gone', async () => {
  await agent.setMode({ slow: 150 })
  const gone = new AbortController()
  const abandoned = expect(sendTraces(gone.signal)).rejects.toThrow('aborted')
  await arrived()
  gone.abort()
  await abandoned
  const start = performance.now()
  expect((await sendTraces()).status).toBe(200)
  expect(performance.now() - start).toBeGreaterThan(140)
  expect(agent.requests('traces').map(({ taken }) => taken)).toEqual([false, true])
})

test('hang on one endpoint: no answer there, the others answer; stopping ends the wait', async () => {
  await agent.setMode('hang', 'traces')
  let settled = false
  const hanging = sendTraces().finally(() => {
    settled = true
  })
  const failed = expect(hanging).rejects.toThrow('fetch failed')
  await arrived()
  expect((await fetch(`${agent.url}/info`)).status).toBe(200)
  expect(settled).toBe(false)
  await agent.stop()
  await failed
})

test('refuse: closes the port, and opens the same one again', async () => {
  const { port } = agent
  await agent.setMode('refuse')
  await expect(sendTraces()).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } })
  await agent.setMode('ok')
  expect(agent.port).toBe(port)
  expect((await sendTraces()).status).toBe(200)
})

test('a mode for the whole double forgets the modes of single endpoints', async () => {
  await agent.setMode({ status: 500 }, 'traces')
  await agent.setMode('ok')
  expect((await sendTraces()).status).toBe(200)
})

test('a new double starts on the port of a stopped one, and says so when it is taken', async () => {
  const { port } = agent
  await expect(startAgent({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  await agent.stop()
  agent = await startAgent({ port, mode: { status: 503 } })
  expect(agent.port).toBe(port)
  expect((await sendTraces()).status).toBe(503)
})

test('a wait in vain says what came instead', async () => {
  await sendTraces()
  const wait = agent.waitForSpan(({ name }) => name === 'two', { timeout: 50 })
  await expect(wait).rejects.toThrow(
    'Waited 50 ms for a matching span to reach the Agent; there came: s one r',
  )
})

test('telemetry and the EVP proxy are taken below their paths', async () => {
  const post = (path: string, body: string) => fetch(agent.url + path, { method: 'POST', body })
  expect((await post('/telemetry/proxy/api/v2/apmtelemetry', '{"request_type":"x"}')).status).toBe(202)
  expect((await post('/evp_proxy/v2/api/v2/logs?ddsource=x', 'y')).status).toBe(202)
  expect((await post('/v0.6/stats', 'z')).status).toBe(200)
  expect((await post('/v0.7/config', '{}')).status).toBe(200)
  expect(agent.telemetry()).toEqual([{ request_type: 'x' }])
  await waitFor(() => agent.requests('evp').length === 1, { what: 'the proxied request' })
  expect(agent.requests('evp')[0]?.body.toString()).toBe('y')
})
