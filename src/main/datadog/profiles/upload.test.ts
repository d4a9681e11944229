import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import type { ReceivedRequest } from '../../../../testing/agent/inbox'
import type { RequestMode } from '../../../../testing/agent/mode'
import { runProgram, temporaryFolder } from '../../../../testing/program/program'
import { profileSet } from '../../profiling/testing/sets'
import { eventJson } from './event'
import { upload } from './upload'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

const everyByte = Buffer.from(Array.from({ length: 70_000 }, (_, n) => n % 256))
const lookalike = Buffer.from('\r\n--boundary\r\n\r\n--\r\n')
const attachments = [
  { name: 'wall.pprof', data: everyByte },
  { name: 'space.pprof', data: lookalike },
]
const names = attachments.map(({ name }) => name)
const anything = { event: eventJson(profileSet(), 'periodic', names), attachments }
const send = (agentUrl = agent.url, timeoutMs = 5_000) => upload(anything, { agentUrl, timeoutMs })

interface Exporter {
  export(spec: object): Promise<void>
  getEventJSON(spec: object): string
}
const { AgentExporter }: { AgentExporter: new (config: object) => Exporter } = createRequire(__filename)(
  'dd-trace/packages/dd-trace/src/profiling/exporters/agent',
)

/** The request as bytes and headers, with a fixed boundary in place of the random one. */
function normalised({ body, headers, method, path }: ReceivedRequest) {
  const type = headers['content-type'] ?? ''
  const boundary = type.split('boundary=')[1] ?? 'none'
  expect(boundary).toMatch(/^[0-9a-f]{16}$/)
  const named = (text: string) => text.replaceAll(boundary, 'BOUNDARY')
  return {
    method,
    path,
    body: named(body.toString('latin1')),
    headers: { ...headers, 'content-type': named(type) },
  }
}

test("is what dd-trace's own exporter sends: headers, parts, their order, names, types and bytes", async () => {
  const exporter = new AgentExporter({
    url: new URL(agent.url),
    env: 'testing',
    service: 'studio',
    version: '1.2.3',
    DD_PROFILING_UPLOAD_TIMEOUT: 4000,
  })
  const spec = {
    profiles: { wall: everyByte, space: lookalike },
    start: new Date('2026-01-02T03:04:05.000Z'),
    end: new Date('2026-01-02T03:05:10.000Z'),
    endpointCounts: {},
  }
  const tags = { 'runtime-id': '0b0c', 'studio.process': 'backend' }
  await exporter.export({ ...spec, tags: { ...tags, snapshot: 'on_oom', profile_seq: 4 } })

  const { attachments: _, start, end, ...event } = JSON.parse(exporter.getEventJSON({ ...spec, tags }))
  const set = profileSet({ kind: 'on_oom', seq: 4, start, end, event })
  const ours = { event: eventJson(set, 'on_oom', names), attachments }
  expect(await upload(ours, { agentUrl: agent.url, timeoutMs: 5_000 })).toEqual({ outcome: 'accepted' })

  const [theirRequest, ourRequest] = agent.requests('profiling')
  if (!theirRequest || !ourRequest) throw new Error('an upload is missing')
  expect(normalised(ourRequest)).toEqual(normalised(theirRequest))
  expect(ourRequest.headers).toMatchObject({
    'dd-evp-origin': 'dd-trace-js',
    'dd-evp-origin-version': expect.stringMatching(/^5\./),
  })
  expect(agent.profiles()[1]?.attachments.get('wall.pprof')).toEqual(everyByte)
})

test.each<[string, RequestMode, object]>([
  ['slow', { slow: 100 }, { outcome: 'accepted' }],
  ['hang', 'hang', { outcome: 'retry', reason: 'no answer within 0.4 s' }],
  ['garbage', 'garbage', { outcome: 'retry', reason: 'what answered is not an Agent' }],
  ['reset', 'reset', { outcome: 'retry', reason: expect.any(String) }],
  ['302', { status: 302 }, { outcome: 'retry', reason: 'HTTP 302' }],
  ['400', { status: 400 }, { outcome: 'rejected', reason: 'HTTP 400' }],
  ['403', { status: 403 }, { outcome: 'rejected', reason: 'HTTP 403' }],
  ['404', { status: 404 }, { outcome: 'rejected', reason: 'HTTP 404' }],
  ['408', { status: 408 }, { outcome: 'retry', reason: 'HTTP 408' }],
  ['413', { status: 413 }, { outcome: 'rejected', reason: 'HTTP 413' }],
  ['429', { status: 429 }, { outcome: 'retry', reason: 'HTTP 429' }],
  ['500', { status: 500 }, { outcome: 'retry', reason: 'HTTP 500' }],
  ['503', { status: 503 }, { outcome: 'retry', reason: 'HTTP 503' }],
])('an Agent that answers with %s', async (_, mode, result) => {
  await agent.setMode(mode)
  expect(await send(agent.url, 400)).toEqual(result)
  expect(agent.requests('profiling')).toHaveLength(1)
})

test('an Agent that is not there, an address that is none, a caller that gives up', async () => {
  await agent.setMode('refuse')
  expect(await send()).toEqual({ outcome: 'retry', reason: expect.stringContaining('ECONNREFUSED') })
  expect(await send('nonsense')).toEqual({ outcome: 'retry', reason: 'Invalid URL' })
  // A Windows pipe is no path on this machine, but the error says where it was looked for.
  expect(await send('unix://./pipe/apm')).toEqual({ outcome: 'retry', reason: 'connect ENOENT //./pipe/apm' })
  await agent.setMode('hang')
  const signal = AbortSignal.timeout(50)
  const given = await upload(anything, { agentUrl: agent.url, timeoutMs: 60_000, signal })
  expect(given).toMatchObject({ outcome: 'retry' })
})

test('a web page is not an Agent; an empty answer is one', async () => {
  const answers = [
    { type: 'text/html; charset=utf-8', body: '<html>' },
    { type: 'text/plain', body: '' },
  ]
  const server = createHttpServer((request, response) => {
    const { type, body } = answers.shift() ?? { type: '', body: '' }
    request.resume().on('end', () => response.setHeader('content-type', type).end(body))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  expect(await send(url)).toMatchObject({ outcome: 'retry' })
  expect(await send(url)).toEqual({ outcome: 'accepted' })
})

test.skipIf(process.platform === 'win32')('a unix socket', async () => {
  const path = join(temporaryFolder(), 'apm.socket')
  const seen: (string | undefined)[] = []
  const server = createHttpServer((request, response) => {
    seen.push(request.url)
    request.resume().on('end', () => response.end('{}'))
  }).listen(path)
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  expect(await send(`unix://${path}`)).toEqual({ outcome: 'accepted' })
  expect(seen).toEqual(['/profiling/v1/input'])
})

test('https speaks TLS', async () => {
  const first: Buffer[] = []
  const server = createServer((socket) => {
    socket.once('data', (data) => {
      first.push(data)
      socket.destroy()
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  expect(await send(`https://127.0.0.1:${(server.address() as AddressInfo).port}`)).toMatchObject({
    outcome: 'retry',
  })
  // A TLS handshake record (RFC 8446, 5.1).
  expect(first[0]?.subarray(0, 2)).toEqual(Buffer.from([0x16, 0x03]))
})

const traced = `
  require('dd-trace').init({ startupLogs: false })
  const { upload } = require('./upload')
  const http = require('node:http')
  const agentUrl = process.env.DD_TRACE_AGENT_URL
  const options = { agentUrl, timeoutMs: 5000 }
  upload({ event: process.argv[2], attachments: [{ name: 'wall.pprof', data: Buffer.from('x') }] }, options)
    .then((result) => {
      console.log(JSON.stringify(result))
      http.get(agentUrl + '/info', (response) => response.resume().on('end', () => setTimeout(() => {}, 300)))
    })
`

test('leaves no span, while the process around it is traced', { timeout: 30_000 }, async () => {
  const event = eventJson(profileSet(), 'periodic', ['wall.pprof'])
  const env = { DD_TRACE_AGENT_URL: agent.url, DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false' }
  const { stdout, stderr } = await runProgram(traced, { from: __dirname, args: [event], env })
  expect(stdout.trim(), stderr).toBe('{"outcome":"accepted"}')
  const span = await agent.waitForSpan(({ name }) => name === 'http.request')
  expect(span.meta['http.url']).toContain('/info')
  expect(agent.spans().filter(({ meta }) => meta['http.url']?.includes('profiling'))).toEqual([])
})

test('works without dd-trace', { timeout: 30_000 }, async () => {
  const event = eventJson(profileSet(), 'periodic', ['wall.pprof'])
  const program = traced.replace(/require\('dd-trace'\).*/, '')
  const env = { DD_TRACE_AGENT_URL: agent.url }
  const { stdout, stderr } = await runProgram(program, { from: __dirname, tracer: false, args: [event], env })
  expect(stdout.trim(), stderr).toBe('{"outcome":"accepted"}')
  expect(agent.requests('profiling')[0]?.headers).toMatchObject({ 'dd-evp-origin': 'dd-trace-js' })
})
