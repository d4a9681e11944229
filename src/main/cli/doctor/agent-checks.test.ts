import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { runProgram, temporaryFolder } from '../../../../testing/program/program'
import { checkMetric } from './acceptance-checks'
import { checkAgent } from './agent-check'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

/** A server that gives the same response to every request. */
async function server(answer: http.RequestListener, at: number | string = 0): Promise<http.Server> {
  const listening = http.createServer(answer)
  await new Promise<void>((resolve) => listening.listen(at, resolve))
  return listening
}
const urlOf = (listening: http.Server) => `http://127.0.0.1:${(listening.address() as AddressInfo).port}`

describe('the Agent', () => {
  it('says its version, its endpoints, and how long it took', async () => {
    expect(await checkAgent(agent.url, 2_000)).toMatchObject({
      state: 'ok',
      summary: expect.stringMatching(/^Agent 7\.71\.0 at http:.* answers in \d+ ms$/),
      details: [expect.stringContaining('/v0.4/traces')],
    })
  })

  it.skipIf(process.platform === 'win32')('is asked through its socket too', async () => {
    const socket = path.join(temporaryFolder(), 'apm.socket')
    const listening = await server(
      (_request, response) => response.end('{"version":"7.1","endpoints":["/v0.4/traces"]}'),
      socket,
    )
    expect(await checkAgent(`unix://${socket}`, 2_000)).toMatchObject({
      state: 'warning',
      summary: expect.stringMatching(/Agent 7\.1 at unix:.*lacks \/profiling\/v1\/input \(profiles\)/),
    })
    listening.close()
    const gone = await checkAgent(`unix://${socket}.not`, 2_000)
    expect(gone).toMatchObject({ state: 'problem', summary: expect.stringContaining('no such socket') })
  })

  it('that does not listen is a problem, with what to do', async () => {
    await agent.stop()
    expect(await checkAgent(agent.url, 2_000)).toMatchObject({
      state: 'problem',
      summary: expect.stringContaining('nothing listens there'),
      next: expect.stringMatching(/start the Datadog Agent.*DD_AGENT_HOST.*wait on disk/),
    })
  })

  it('whose name nobody knows is one too', async () => {
    const finding = await checkAgent('http://no-such-host.invalid:8126', 5_000)
    expect(finding).toMatchObject({
      state: 'problem',
      summary: expect.stringContaining('its name is not known'),
    })
  })

  it('that does not answer is one within the time', async () => {
    await agent.setMode('hang')
    expect(await checkAgent(agent.url, 100)).toMatchObject({
      state: 'problem',
      summary: expect.stringContaining('no answer within 0.1 s'),
    })
  })

  it.each([
    ['a web page', 200, '<html>Sign in</html>'],
    ['JSON of something else', 200, '{"endpoints":7}'],
    ['not found', 404, '{}'],
    ['an error', 500, ''],
  ])('is not what answers with %s', async (_what, status, body) => {
    const listening = await server((_request, response) => response.writeHead(status).end(body))
    expect(await checkAgent(urlOf(listening), 2_000)).toMatchObject({
      state: 'problem',
      summary: expect.stringContaining('is no Datadog Agent'),
    })
    listening.close()
  })
})

describe('a metric', () => {
  const check = (agentUrl = agent.url) => checkMetric(['service:s', 'env:e'], { agentUrl, timeoutMs: 2_000 })

  it('is taken, and changes no figure', async () => {
    expect(await check()).toMatchObject({ state: 'ok' })
    expect(agent.metrics()).toMatchObject([
      { name: 'studio.backend.silences', value: 0, tags: ['service:s', 'env:e'] },
    ])
  })

  it('that goes by UDP cannot be confirmed', async () => {
    await agent.setMode({ status: 404 } as never)
    expect(await check()).toMatchObject({ state: 'warning', summary: expect.stringContaining('UDP') })
  })

  it.each([{ status: 500 }, 'refuse', 'reset'] as const)(
    'that is not taken is a problem: %j',
    async (mode) => {
      await agent.setMode(mode)
      expect((await check()).state).toBe('problem')
    },
  )
})

describe('a span', () => {
  const check = async (env: NodeJS.ProcessEnv = {}) => {
    const program = `
      import { startTracer } from '../../../common/tracing/tracer'
      const { tracer } = startTracer('main')
      import { checkTrace } from './acceptance-checks'
      checkTrace(tracer, { agentUrl: '${agent.url}', timeoutMs: 2_000 })
        .then((finding) => { console.log(JSON.stringify(finding)); process.exit(0) })`
    const { stdout } = await runProgram(program, {
      from: __dirname,
      env: { DD_TRACE_AGENT_URL: agent.url, DD_TRACE_FLUSH_INTERVAL: '60000', ...env },
    })
    return JSON.parse(stdout)
  }

  it('that dd-trace made and encoded is confirmed', async () => {
    expect(await check()).toMatchObject({ state: 'ok' })
    expect(agent.spans()).toMatchObject([{ name: 'studio.doctor', resource: 'doctor' }])
  })

  it('that is not confirmed is a problem', async () => {
    await agent.setMode('garbage')
    expect(await check()).toMatchObject({
      state: 'problem',
      summary: expect.stringContaining('did not take'),
    })
  })

  it('is not made where tracing is switched off', async () => {
    expect(await check({ DD_TRACE_ENABLED: 'false' })).toMatchObject({ state: 'warning' })
  })
})
