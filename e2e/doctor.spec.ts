import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { dataFolderIn } from '../src/common/storage/data-folder'
import { canMount, Tmpfs } from '../testing/disk/tmpfs'
import { waitFor } from '../testing/waiting/wait-for'
import { newDataFolder, type StudioOptions } from './support/app/studio'
import { expect, test } from './support/app/test'
import { isAlive, waitUntilGone } from './support/process'

interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'problem'
  readonly summary: string
  readonly details: readonly string[]
  readonly next: string | null
}
type Launch = Parameters<Parameters<typeof test>[2]>[0]['launch']

/** Runs the doctor, and returns its findings by the name of the check. */
async function ask(launch: Launch, options: StudioOptions) {
  const studio = launch({ ...options, args: ['doctor', '--json'] })
  const { code, signal } = await studio.exited
  expect(signal, studio.output).toBeNull()
  const { state, checks } = JSON.parse(studio.stdout) as { state: string; checks: Finding[] }
  const finding = (name: string) => checks.find(({ check }) => check === name) as Finding
  return {
    code,
    state,
    checks,
    finding,
    output: studio.output,
    dataFolder: studio.dataFolder,
    gone: () => studio.gone(),
  }
}

const ORDER = [
  'settings',
  'versions',
  'tracer',
  'agent',
  'trace',
  'metric',
  'logs',
  'profiler',
  'data folder',
  'records',
  'memory limits',
  'spare process',
  'needs of jobs',
  'leftovers',
]

test('all is well: each check says so, and nothing is left or sent but a span and a metric', {
  tag: '@packed',
}, async ({ launch, agent }) => {
  const { code, state, checks, finding, dataFolder, gone } = await ask(launch, {
    env: { DD_TRACE_AGENT_URL: agent.url },
  })
  expect(checks.map(({ check }) => check)).toEqual(ORDER)
  // The Electron of the tests may have no security support any more: that is a warning.
  const others = checks.filter(({ check }) => check !== 'versions')
  expect(others.filter(({ state }) => state !== 'ok')).toEqual([])
  expect({ code, state }).toEqual({ code: 0, state: finding('versions').state })
  await gone()
  expect(finding('agent').summary).toMatch(/^Agent 7\.71\.0 at http:\S+ answers in \d+ ms$/)
  expect(finding('settings').details).toContain(`DD_TRACE_AGENT_URL = ${agent.url} (environment)`)
  expect(agent.spans().map(({ name }) => name)).toEqual(['studio.doctor'])
  expect(finding('trace').summary).toContain(BigInt(`0x${agent.spans()[0]?.traceId.slice(16)}`).toString())
  expect(agent.metrics().map(({ name, value }) => [name, value])).toContainEqual([
    'studio.backend.silences',
    0,
  ])
  expect(agent.profiles()).toEqual([])
  expect(existsSync(dataFolder)).toBe(false)
})

test('without an Agent it says what to do, at once and in words', async ({ launch }) => {
  const studio = launch({ args: ['doctor'] })
  expect(await studio.exited).toMatchObject({ code: 1 })
  expect(studio.stdout).toMatch(
    /^problem {2}agent: no Agent at http:\/\/127\.0\.0\.1:9: nothing listens there$/m,
  )
  expect(studio.stdout).toMatch(/^ +-> start the Datadog Agent there, or let DD_TRACE_AGENT_URL/m)
  expect(studio.stdout).toMatch(/^warning {2}trace: not checked: no Agent answers$/m)
  expect(studio.stdout).toMatch(/^ok +profiler: /m)
  const order = [
    'checking agent',
    'checking profiler',
    'ok       profiler',
    'warning  trace',
    'problem  agent',
  ]
  expect(order.map((line) => studio.stdout.indexOf(line)).toSorted((a, b) => a - b)).toEqual(
    order.map((line) => studio.stdout.indexOf(line)),
  )
  expect(studio.stdout).not.toContain('by default:')
  expect(studio.stdout).toMatch(/\n1 problem, [23] warnings\.\n$/)
  expect(studio.stderr).toBe(`studio-monitor: data folder ${studio.dataFolder}\n`)
})

test('an Agent that hangs, or takes nothing, is named within seconds', async ({ launch, agent }) => {
  const env = { DD_TRACE_AGENT_URL: agent.url, DD_PROFILING_ENABLED: 'false' }
  await agent.setMode('hang')
  const hanging = await ask(launch, { env })
  expect(hanging.finding('agent')).toMatchObject({
    state: 'problem',
    summary: expect.stringContaining('no answer within'),
  })
  expect(hanging.finding('profiler')).toMatchObject({
    state: 'ok',
    summary: 'switched off by DD_PROFILING_ENABLED',
  })
  await agent.setMode('ok')
  await agent.setMode({ status: 503 }, 'traces')
  await agent.setMode({ status: 500 }, 'dogstatsd')
  const refusing = await ask(launch, { env })
  expect(refusing.code).toBe(1)
  expect(refusing.finding('agent').state).toBe('ok')
  expect(refusing.finding('trace')).toMatchObject({
    state: 'problem',
    summary: 'the Agent did not take a span: HTTP 503',
  })
  expect(refusing.finding('metric')).toMatchObject({ state: 'problem', next: expect.stringContaining('log') })
})

test('settings: a wrong one is a warning, no backend a problem, and no secret is shown', async ({
  launch,
  agent,
}) => {
  const { code, finding, output } = await ask(launch, {
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      DD_API_KEY: 'canary-in-the-key',
      DD_TAGS: 'license:canary-in-the-key',
      STUDIO_HEAP_LIMIT: 'canary-in-the-key',
      STUDIO_MEMORY_LIMIT: '0',
      DD_TRACE_ENABLED: 'false',
    },
  })
  expect(code).toBe(0)
  expect(finding('settings')).toMatchObject({
    state: 'warning',
    details: expect.arrayContaining([
      expect.stringMatching(/^environment: STUDIO_HEAP_LIMIT is .*; accepted: .*; the default is used/),
      'DD_API_KEY = <redacted> (environment)',
    ]),
  })
  expect(finding('tracer')).toMatchObject({
    state: 'warning',
    summary: 'dd-trace has no tracer: DD_TRACE_ENABLED=false',
  })
  expect(finding('trace').state).toBe('warning')
  expect(finding('memory limits')).toMatchObject({
    state: 'warning',
    next: expect.stringContaining('STUDIO_MEMORY_LIMIT'),
  })
  expect(output).not.toContain('canary')

  const none = await ask(launch, { backend: 'no-such-file.cjs', env: { DD_TRACE_AGENT_URL: agent.url } })
  expect(none.code).toBe(1)
  expect(none.finding('settings')).toMatchObject({
    state: 'problem',
    next: expect.stringContaining('no-such-file.cjs'),
  })
})

test('a profiler that cannot work is a problem, with what the backend said', async ({ launch, agent }) => {
  const { finding } = await ask(launch, { env: { DD_TRACE_AGENT_URL: agent.url, TMPDIR: '/no/such/folder' } })
  expect(finding('profiler')).toMatchObject({ state: 'problem', summary: expect.stringContaining('ENOENT') })
})

test('while the app runs it tells so, and disturbs nothing', async ({ launch, agent }) => {
  const env = { DD_TRACE_AGENT_URL: agent.url }
  const studio = launch({ env })
  const puppet = await studio.puppet()
  const pid = await studio.backendPid()
  await puppet.start('a')
  await puppet.start('b')
  await puppet.fail('b')
  await studio.failedJobsOf(1)
  const { code, finding } = await ask(launch, { env, dataFolder: studio.dataFolder })
  expect(code).toBe(0)
  expect(finding('leftovers')).toMatchObject({ state: 'ok', summary: 'none; the app runs' })
  expect(finding('records')).toMatchObject({
    state: 'ok',
    summary: expect.stringMatching(/^1 failed jobs and 0 incidents/),
  })
  expect(finding('profiler').state).toBe('ok')
  await puppet.end('a')
  expect(isAlive(pid)).toBe(true)
  expect(studio.incidents()).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('it finds what an unclean end left: jobs, processes, files', async ({ launch, agent }) => {
  const env = { DD_TRACE_AGENT_URL: agent.url }
  const studio = launch({ env, backend: 'orphan.cjs' })
  const orphan = Number((await studio.said(/left behind (\d+)/))[1])
  try {
    await waitFor(() => readdirSync(path.join(studio.dataFolder, 'journal')).length > 0, {
      what: 'the journal',
    })
    const backend = await studio.backendPid()
    studio.kill('SIGKILL')
    await studio.exited
    await waitUntilGone([backend])
    writeFileSync(path.join(studio.dataFolder, 'failed-jobs.json.damaged-20260102T030405Z'), '')
    const { code, finding } = await ask(launch, { env, dataFolder: studio.dataFolder })
    expect(code).toBe(0)
    expect(finding('leftovers')).toMatchObject({
      state: 'warning',
      summary: 'left of an unclean end; the app does not run',
      details: [
        '1 jobs ran or waited when the app was killed',
        expect.stringContaining(`${orphan} (sleep)`),
        expect.stringContaining('failed-jobs.json.damaged-20260102T030405Z'),
      ],
      next: expect.stringContaining(`kill ${orphan}`),
    })
  } finally {
    process.kill(orphan)
  }
})

test('damaged records are a problem', async ({ launch, agent }) => {
  const dataFolder = newDataFolder()
  mkdirSync(path.join(dataFolder, 'incidents'), { recursive: true })
  writeFileSync(path.join(dataFolder, 'incidents/20260102-030405-abcd.json'), '{')
  writeFileSync(path.join(dataFolder, 'failed-jobs.json'), '[]')
  const { code, finding } = await ask(launch, { dataFolder, env: { DD_TRACE_AGENT_URL: agent.url } })
  expect(code).toBe(1)
  expect(finding('records')).toMatchObject({
    state: 'problem',
    details: [expect.stringContaining('failed-jobs.json'), expect.stringContaining('incidents/20260102')],
  })
})

test('a full disk, and one that may not be written, are a problem', async ({ launch, agent }) => {
  const availability = await canMount()
  test.skip(!availability.ok, availability.ok ? '' : availability.reason)
  const disk = await Tmpfs.mount(4 * 2 ** 20)
  try {
    const dataFolder = dataFolderIn(disk.path)
    mkdirSync(dataFolder)
    const asked = { dataFolder, env: { DD_TRACE_AGENT_URL: agent.url } }
    await ask(launch, asked)
    await disk.fill()
    const full = await ask(launch, asked)
    expect(full.finding('data folder')).toMatchObject({
      state: 'problem',
      summary: expect.stringContaining('ENOSPC'),
      next: expect.stringContaining('make room'),
    })
  } finally {
    await disk.unmount()
  }
})
