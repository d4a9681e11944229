// Guards the private parts of dd-trace: a new version that changes them must turn this red.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Agent, startAgent } from '../../../../testing/agent/agent'
import { runProgram } from '../../../../testing/program/program'

const KEY = 'c0ffee0123456789abcdefc0ffee0123'
const HOME = '/home/some-one'

let agent: Agent
beforeEach(async () => {
  agent = await startAgent()
})
afterEach(() => agent.stop())

it.each([{}, { DD_TRACE_NATIVE_SPAN_EVENTS: 'true' }, { DD_TRACE_STATS_COMPUTATION_ENABLED: 'true' }])(
  'no span leaves with the home folder or a secret: %j',
  async (env) => {
    const program = `
    import { startTracer } from '../tracer'
    import { flushTraces } from './flush'
    const { tracer, failure } = startTracer('backend')
    if (!tracer) throw new Error(failure)
    const [http, fs] = [require('node:http'), require('node:fs')]
    const error = new Error('cannot open ${HOME}/a with ${KEY}')
    error.stack += '\\n    at file://${HOME}/backend.mjs:1:1'
    const server = http.createServer((request, response) => response.end())
    server.listen(0, '127.0.0.1', async () => {
      const span = tracer.startSpan('private', {
        tags: { 'resource.name': 'render ${KEY}', mine: '${HOME}/b', 'api.key': '${KEY}' },
      })
      span.setTag('error', error)
      span.addEvent('saved', { file: '${HOME}/c', list: ['${KEY}'] })
      const { port } = server.address()
      await tracer.scope().activate(span, () => fetch('http://127.0.0.1:' + port + '/a?file=${HOME}/d&sid=${KEY}'))
      await tracer.scope().activate(span, () => fs.promises.readFile('${HOME}/e').catch(() => {}))
      await new Promise((done) => tracer.scope().activate(span, () =>
        http.get({ port, path: '/a?token=abcdefgh&file=${HOME}/f', auth: 'me:secret' }, (answer) => answer.resume().on('end', done))))
      span.finish()
      await flushTraces(tracer, 5_000)
      const stats = (tracer as any)._tracer._processor._stats
      if (stats) await new Promise((done) => stats.forceFlush(done))
      process.exit(0)
    })`
    const { code, stderr } = await runProgram(program, {
      from: __dirname,
      env: {
        HOME,
        DD_API_KEY: KEY,
        DD_TAGS: `checkout:${HOME}/studio,license:${KEY}`,
        DD_TRACE_FS_ENABLED: 'true',
        DD_TRACE_AGENT_URL: agent.url,
        DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
        DD_REMOTE_CONFIGURATION_ENABLED: 'false',
        ...env,
      },
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const names = agent.spans().map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['private', 'web.request', 'http.request', 'fs.operation']))
    const isCounted = 'DD_TRACE_STATS_COMPUTATION_ENABLED' in env
    expect(agent.requests('stats').some(({ body }) => body.includes('render <redacted>'))).toBe(isCounted)
    const own = agent.spans().find(({ name }) => name === 'private')
    expect(own).toMatchObject({ resource: 'render <redacted>', error: true })
    expect(own?.meta).toMatchObject({
      mine: '~/b',
      checkout: '~/studio',
      license: '<redacted>',
      'error.message': 'cannot open ~/a with <redacted>',
      'error.stack': expect.stringContaining('at file://~/backend.mjs:1:1'),
    })
    for (const { body } of agent.requests()) {
      const sent = body.toString('latin1')
      for (const canary of ['some-one', KEY, 'abcdefgh']) expect(sent).not.toContain(canary)
    }
  },
)

it('nothing is scrubbed where nothing is sent', async () => {
  const program = `
    import { startTracer } from '../tracer'
    console.log(startTracer('main').failure)
    process.exit(0)`
  const { stdout } = await runProgram(program, { from: __dirname, env: { DD_TRACE_ENABLED: 'false' } })
  expect(stdout.trim()).toBe('null')
})

it('the first span of all may be one of the disk, which scrubbing reads itself', async () => {
  const program = `
    import { startTracer } from '../tracer'
    const { failure } = startTracer('main')
    require('node:fs').statSync('.')
    console.log(failure)
    process.exit(0)`
  const env = { DD_TRACE_FS_ENABLED: 'true', DD_TRACE_AGENT_URL: agent.url }
  const { code, stdout } = await runProgram(program, { from: __dirname, env })
  expect([code, stdout.trim()]).toEqual([0, 'null'])
})
