import { describe, expect, it, onTestFinished } from 'vitest'
import { startAgent } from '../../../../testing/agent/agent'
import { type Ended, runProgram } from '../../../../testing/program/program'

const ENV = {
  DD_SERVICE: 'hanzo-studio-inference',
  DD_ENV: 'staging',
  DD_VERSION: '1.2.3',
  DD_TAGS: 'team:render,studio.process:backend',
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567'

const PRELUDE = `import { profileEvent } from './profile-event'
const HEAP_INTERVAL = 524_288`

const run = (contents: string, { tracer = true, env = ENV as NodeJS.ProcessEnv } = {}) =>
  runProgram(`${PRELUDE}\n${contents}`, { from: __dirname, env, tracer })
const said = ({ stdout, stderr }: Ended) => {
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}
const tagsOf = (event: { tags_profiler: string }) =>
  Object.fromEntries(
    event.tags_profiler.split(',').map((tag) => [tag.split(':')[0], tag.slice(tag.indexOf(':') + 1)]),
  )

/** The intended differences from dd-trace's own profiles. */
const OTHERWISE = {
  codeHotspotsEnabled: false,
  cpuProfilingEnabled: false,
  endpointCollectionEnabled: false,
  oomMonitoring: { enabled: true, heapLimitExtensionSize: 0, maxHeapExtensionCount: 0, exportStrategies: [] },
  profilerTypes: ['space', 'wall'],
  timelineSamplingEnabled: false,
  v8ProfilerBugWorkaroundEnabled: false,
}

const MINIMAL = {
  family: 'node',
  version: '4',
  tags_profiler: 'language:javascript,runtime:nodejs,format:pprof',
}

describe('the event of a traced process', () => {
  it.each([
    ['', {}],
    [', with the host where that is wanted', { DD_TRACE_REPORT_HOSTNAME: 'true' }],
    [', with the commit', { DD_GIT_REPOSITORY_URL: 'https://host/a.git', DD_GIT_COMMIT_SHA: 'c'.repeat(40) }],
  ])('is what dd-trace’s own profiler sends%s', async (_, settings) => {
    const agent = await startAgent()
    onTestFinished(() => agent.stop())
    // Its profiler, which runs under plain Node.
    const profiled = {
      DD_PROFILING_ENABLED: 'true',
      DD_PROFILING_UPLOAD_PERIOD: '1',
      DD_TRACE_AGENT_URL: agent.url,
    }
    const own = said(
      await run(
        `
        import tracer from 'dd-trace'
        import { channel } from 'node:diagnostics_channel'
        tracer.init({ startupLogs: false })
        const event = JSON.stringify(profileEvent(tracer, HEAP_INTERVAL))
        channel('datadog:profiling:profile-submitted').subscribe(() =>
          process.stdout.write(event, () => process.exit(0)))
        setInterval(() => {}, 1_000)
        `,
        { env: { ...ENV, ...profiled, ...settings } },
      ),
    )
    const { attachments, start, end, tags_profiler, info, ...rest } = (await agent.waitForProfile(() => true))
      .event
    expect([start, end].every((at) => Date.parse(at) > 0)).toBe(true)
    expect(`${own.tags_profiler},snapshot:periodic,profile_seq:0`).toBe(tags_profiler)
    const { profiler, ...theirs } = info as typeof own.info
    // Its time and event profiles, and its settings, are its own.
    const { wall, events, settings: set, ...their } = profiler
    expect({ ...own, info: null }).toEqual({ ...rest, tags_profiler: own.tags_profiler, info: null })
    const { profiler: ownProfiler, ...ownInfo } = own.info
    expect(ownInfo).toEqual(theirs)
    expect(ownProfiler).toEqual({ ...their, settings: { ...set, ...OTHERWISE } })
  })

  it('names the process, its service and its tags', async () => {
    const event = said(
      await run(`
        import tracer from 'dd-trace'
        tracer.init({ startupLogs: false })
        const event = profileEvent(tracer, HEAP_INTERVAL)
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

describe('the repository in the working folder', () => {
  it.each([
    ['false', {}],
    ['true', { 'git.commit.sha': COMMIT, 'git.repository_url': 'https://git.example/p.git' }],
  ])('stands in the event where DD_TRACE_GIT_METADATA_ENABLED is %s: %o', async (enabled, expected) => {
    const event = said(
      await run(`
        import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
        import tracer from 'dd-trace'
        process.env.DD_TRACE_GIT_METADATA_ENABLED = '${enabled}'
        const folder = mkdtempSync(require('node:os').tmpdir() + '/checkout-')
        mkdirSync(folder + '/.git')
        writeFileSync(folder + '/.git/HEAD', '${COMMIT}')
        writeFileSync(folder + '/.git/config', '[remote "origin"]\\nurl = https://git.example/p.git\\n')
        process.chdir(folder)
        tracer.init({ startupLogs: false })
        const event = profileEvent(tracer, HEAP_INTERVAL)
        rmSync(folder, { recursive: true })
        process.stdout.write(JSON.stringify(event), () => process.exit(0))
      `),
    )
    const git = Object.entries(tagsOf(event)).filter(([name]) => name.startsWith('git.'))
    expect(Object.fromEntries(git)).toEqual(expected)
  })
})

describe('a process without the tracer it knows', () => {
  it('has none', async () => {
    expect(
      said(await run('console.log(JSON.stringify(profileEvent(null, HEAP_INTERVAL)))', { tracer: false })),
    ).toEqual(MINIMAL)
  })

  it('has one whose insides are gone, or other than they were', async () => {
    const strange = ['{}', '{ _tracer: null }', '{ _tracer: {} }', '{ _tracer: { _config: null } }']
    const list = strange.map((tracer) => `profileEvent(${tracer}, HEAP_INTERVAL)`).join(', ')
    expect(said(await run(`console.log(JSON.stringify([${list}]))`))).toEqual(strange.map(() => MINIMAL))
  })

  it('has one whose files have moved', async () => {
    const contents =
      'console.log(JSON.stringify(profileEvent({ _tracer: { _config: { tags: {} } } }, HEAP_INTERVAL)))'
    expect(said(await run(contents, { tracer: false }))).toEqual(MINIMAL)
  })

  it('has one that throws', async () => {
    const contents = `
      const tracer = { get _tracer() { throw new Error('no') } }
      console.log(JSON.stringify(profileEvent(tracer, HEAP_INTERVAL)))`
    expect(said(await run(contents))).toEqual(MINIMAL)
  })
})
