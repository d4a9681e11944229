import { describe, expect, it } from 'vitest'
import { type Ended, runProgram } from '../../testing/program'
import { PROFILER } from './testing/profiled-program'

const ENV = {
  DD_SERVICE: 'hanzo-studio-inference',
  DD_ENV: 'staging',
  DD_VERSION: '1.2.3',
  DD_TAGS: 'team:render,studio.process:backend',
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
}

const run = (contents: string, tracer = true) =>
  runProgram(`import { profileEvent } from './event-template'\n${contents}`, {
    from: PROFILER,
    env: ENV,
    tracer,
  })
const said = ({ stdout, stderr }: Ended) => {
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}
const tagsOf = (event: { tags_profiler: string }) =>
  Object.fromEntries(
    event.tags_profiler.split(',').map((tag) => [tag.split(':')[0], tag.slice(tag.indexOf(':') + 1)]),
  )

const MINIMAL = {
  family: 'node',
  version: '4',
  tags_profiler: 'language:javascript,runtime:nodejs,format:pprof',
}

describe('the event of a traced process', () => {
  it('is what dd-trace itself would send, without what changes from upload to upload', async () => {
    const { event, theirs } = said(
      await run(`
        import tracer from 'dd-trace'
        tracer.init({ startupLogs: false })
        const { AgentExporter } = require('dd-trace/packages/dd-trace/src/profiling/exporters/agent')
        const { getProfilingTags, resolveProfilingConfig } = require('dd-trace/packages/dd-trace/src/profiling/config')
        const config = tracer._tracer._config
        const tags = getProfilingTags ? getProfilingTags(config) : config.tags
        const now = new Date()
        const theirs = JSON.parse(new AgentExporter(config, {}).getEventJSON(
          { profiles: { wall: {}, space: {} }, infos: {}, start: now, end: now, tags, endpointCounts: {} }))
        process.stdout.write(JSON.stringify({ event: profileEvent(tracer), theirs }), () => process.exit(0))
      `),
    )
    const { attachments, start, end, ...rest } = theirs
    expect(attachments).toEqual(['wall.pprof', 'space.pprof'])
    expect([start, end].every((at) => Date.parse(at) > 0)).toBe(true)
    expect(event).toEqual(rest)
  })

  it('names the process, its service and its tags', async () => {
    const event = said(
      await run(`
        import tracer from 'dd-trace'
        tracer.init({ startupLogs: false })
        const event = profileEvent(tracer)
        process.stdout.write(JSON.stringify({ ...event, pid: process.pid }), () => process.exit(0))
      `),
    )
    const tags = tagsOf(event)
    expect(tags).toMatchObject({
      language: 'javascript',
      runtime: 'nodejs',
      process_id: String(event.pid),
      format: 'pprof',
      service: ENV.DD_SERVICE,
      env: ENV.DD_ENV,
      version: ENV.DD_VERSION,
      team: 'render',
      'studio.process': 'backend',
    })
    expect(tags['runtime-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(event.info.application).toMatchObject({
      service: ENV.DD_SERVICE,
      env: ENV.DD_ENV,
      version: ENV.DD_VERSION,
    })
    expect(event.process_tags).toContain('entrypoint')
  })
})

describe('a process without the tracer it knows', () => {
  it('has none', async () => {
    expect(said(await run('console.log(JSON.stringify(profileEvent(null)))', false))).toEqual(MINIMAL)
  })

  it('has one whose insides are gone, or other than they were', async () => {
    const strange = ['{}', '{ _tracer: null }', '{ _tracer: {} }', '{ _tracer: { _config: null } }']
    const list = strange.map((tracer) => `profileEvent(${tracer})`).join(', ')
    expect(said(await run(`console.log(JSON.stringify([${list}]))`))).toEqual(strange.map(() => MINIMAL))
  })

  it('has one whose files have moved', async () => {
    const contents = 'console.log(JSON.stringify(profileEvent({ _tracer: { _config: { tags: {} } } })))'
    expect(said(await run(contents, false))).toEqual(MINIMAL)
  })

  it('has one that throws', async () => {
    const contents = `
      const tracer = { get _tracer() { throw new Error('no') } }
      console.log(JSON.stringify(profileEvent(tracer)))`
    expect(said(await run(contents))).toEqual(MINIMAL)
  })
})
