import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Engine, skipWithoutPython } from './support/app/engine'
import { Puppet } from './support/app/puppet'
import { expect, test } from './support/app/test'
import { embeddedIn, inMain, PUPPET } from './support/embedding-app'
import { installPackage } from './support/installed-app'
import { waitUntilGone } from './support/process'

const SURROUNDINGS = path.join(__dirname, 'backends/surroundings.cjs')
let app: string

test.beforeAll(() => {
  app = installPackage(path.join(__dirname, 'embedding-life-app'))
  // A second copy, as two dependencies may each bring one.
  cpSync(path.join(app, 'node_modules/studio-datadog-monitor'), path.join(app, 'second-copy'), {
    recursive: true,
  })
})

test.afterAll(() => rmSync(app, { recursive: true, force: true }))

test('a backend is stopped, started again, and restarted with other arguments, variables and folder', async ({
  launch,
}) => {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-')))
  const options = {
    backend: { entry: SURROUNDINGS, args: ['one'], env: { FROM_APP: 'first', DD_API_KEY: 'k'.repeat(32) } },
  }
  const studio = launch(embeddedIn(app, options))
  const said = async (expected: Readonly<Record<string, unknown>>) => {
    // A whole line: one comes in pieces now and then.
    const pattern = new RegExp(`surroundings .*"FROM_APP":"${expected.FROM_APP}".*(?=\n)`)
    const [line] = await studio.said(pattern)
    expect(JSON.parse(line.replace('surroundings ', ''))).toMatchObject(expected)
  }
  await studio.backendPid()
  // What lets in at Datadog stays in main, whoever brings it.
  await said({ args: ['one'], FROM_APP: 'first', DD_API_KEY: 'none' })

  expect(await inMain(studio, 'return api.startStudioMonitor().catch((error) => error.message)')).toMatch(
    /^the monitor runs already in this app \(its backend: running\)/,
  )
  const other = await inMain(
    studio,
    `const copy = require(require('node:path').join(app.getAppPath(), 'second-copy'))
     return [copy === api, await copy.startStudioMonitor().catch((error) => error.message)]`,
  )
  expect(other).toEqual([true, expect.stringMatching(/^the monitor runs already/)])

  const first = await studio.backendPid()
  await inMain(studio, 'await monitor.stop()')
  await waitUntilGone([first])
  expect(await inMain(studio, 'return [monitor.state, monitor.pid]')).toEqual(['stopped', null])
  await inMain(studio, 'await monitor.start(); await monitor.ready')
  expect(await inMain(studio, 'return monitor.state')).toBe('running')

  await expect(inMain(studio, 'await monitor.restart({ cwd: "/nowhere" })')).rejects.toThrow(
    'StartError: there is no folder /nowhere',
  )
  await expect(inMain(studio, 'await monitor.restart({ args: 7 })')).rejects.toThrow(
    'StartError: restart: args is 7; accepted: an array of strings',
  )
  expect(await inMain(studio, 'return monitor.pid')).toBe(await studio.backendPid(2))
  const change = { args: ['two'], cwd: folder, env: { FROM_APP: 'second' } }
  await inMain(studio, `await monitor.restart(${JSON.stringify(change)}); await monitor.ready`)
  await said({ args: ['two'], cwd: folder, FROM_APP: 'second' })

  // Another monitor may follow one that has been stopped, and the first one knows it then.
  await inMain(
    studio,
    'await monitor.stop(); await api.startStudioMonitor(JSON.parse(process.env.EMBEDDED_OPTIONS))',
  )
  expect(await inMain(studio, 'return monitor.start().catch((error) => error.message)')).toMatch(
    /runs already/,
  )
  expect(studio.incidents()).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('calls that overlap end as the last one asks, and leave no process', async ({ launch }) => {
  const studio = launch(embeddedIn(app, { backend: { entry: PUPPET }, stop: { askMs: 2_000 } }))
  await studio.backendPid()
  const overlap = (...calls: string[]) => calls.map((call) => `monitor.${call}()`).join(', ')
  await inMain(studio, `await Promise.all([${overlap('restart', 'stop', 'start', 'restart', 'stop')}])`)
  expect(await inMain(studio, 'return [monitor.state, monitor.pid]')).toEqual(['stopped', null])
  const gone = studio.processes().filter(({ command }) => command.includes('utility-sub-type=node'))
  await waitUntilGone(gone.map(({ pid }) => pid))
  await inMain(
    studio,
    `await Promise.all([${overlap('stop', 'start', 'stop', 'restart')}]); await monitor.ready`,
  )
  expect(await inMain(studio, 'return monitor.state')).toBe('running')
  expect(studio.incidents()).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('an engine is restarted on another port', async ({ launch }) => {
  skipWithoutPython()
  const [engine, next] = [await Engine.create(), await Engine.create()]
  const { STUDIO_ENGINE_COMMAND: command = '[]' } = engine.settings()
  const { STUDIO_ENGINE_COMMAND: other = '[]' } = next.settings()
  const [program, ...args] = JSON.parse(command)
  const studio = launch(embeddedIn(app, { engine: { command: [program], args } }))
  await engine.followed()
  await inMain(studio, `await monitor.restart({ args: ${JSON.stringify(JSON.parse(other).slice(1))} })`)
  await next.followed()
  expect(studio.incidents()).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('an app is told what happens, and asks what is known', async ({ launch, agent }) => {
  const events = ['output', 'job', 'job-failed', 'incident', 'health', 'ready']
  const options = { backend: { entry: PUPPET } }
  const env = { DD_TRACE_AGENT_URL: agent.url }
  const studio = launch(embeddedIn(app, options, { events, env }))
  const puppet = await studio.puppet()
  const told = (name: string) =>
    inMain<Record<string, unknown>[]>(
      studio,
      `return told.filter(({ name }) => name === '${name}').map(({ payload }) => payload)`,
    )
  await puppet.start('a')
  await studio.seenJobs('a')
  expect(await inMain(studio, 'return monitor.status()')).toMatchObject({
    state: 'running',
    pid: await studio.backendPid(),
    url: null,
    jobs: [{ id: 'a', state: 'running' }],
    deaths: 0,
  })
  await puppet.die('exit')
  await studio.puppet(2)
  expect(await told('output')).toContainEqual(
    expect.objectContaining({
      stream: 'stdout',
      line: expect.stringMatching(/^puppet listens/),
      level: 'info',
    }),
  )
  expect((await told('job')).map(({ id, state }) => [id, state])).toEqual([
    ['a', 'running'],
    ['a', 'failed'],
  ])
  const [incident] = await told('incident')
  expect(incident).toMatchObject({ cause: 'error-exit' })
  expect(await told('job-failed')).toMatchObject([{ jobId: 'a', incidentId: incident?.id }])
  expect(await told('ready')).toHaveLength(2)
  expect(await inMain(studio, 'return monitor.incidents().map(({ id }) => id)')).toEqual([incident?.id])
  expect(await inMain(studio, 'return monitor.failedJobs().map(({ jobId }) => jobId)')).toEqual(['a'])
  expect(await inMain(studio, 'return monitor.profile("none")')).toBeNull()
  expect(await inMain(studio, `return monitor.profile('${incident?.id}')`)).toMatchObject({})
  expect(await inMain(studio, 'await monitor.flush(); return monitor.status().deaths')).toBe(1)
  await agent.waitForSpan(({ name }) => name === 'studio.backend.incident')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('an app keeps a backend that died from being started again, and runs our commands', async ({
  launch,
}) => {
  const options =
    '{ backend: { entry: process.env.EMBEDDED_BACKEND }, logger: console, beforeRestart: () => false }'
  writeFileSync(
    path.join(app, 'veto.cjs'),
    `require('studio-datadog-monitor/register')
     const { app } = require('electron')
     const { runStudioCommand, startStudioMonitor } = require('studio-datadog-monitor')
     const running = runStudioCommand()
     if (running) running.then((code) => app.exit(code))
     else startStudioMonitor(${options}).then((monitor) => monitor.on('ended', ({ wanted }) =>
       monitor.stop().finally(() => app.exit(wanted ? 5 : 6))))`,
  )
  const manifest = path.join(app, 'package.json')
  const before = readFileSync(manifest, 'utf8')
  writeFileSync(manifest, before.replace('main.cjs', 'veto.cjs'))
  try {
    const studio = launch({ app, backend: null, env: { EMBEDDED_BACKEND: PUPPET } })
    const [, port] = await studio.said(/puppet listens on (\d+)/)
    await studio.said(/the backend is running/)
    await new Puppet(Number(port)).die('exit')
    expect(await studio.exited).toEqual({ code: 6, signal: null })
    // The app's logger gets the lines.
    expect(studio.stdout).toMatch(/studio-monitor: the backend is running/)
    expect(studio.output).toMatch(/not started again: beforeRestart of the app answered false/)
    const command = launch({
      app,
      backend: null,
      dataFolder: studio.dataFolder,
      args: ['incidents', '--json'],
    })
    expect(await command.exited).toEqual({ code: 0, signal: null })
    expect(JSON.parse(command.stdout)).toMatchObject([
      { cause: 'error-exit', restart: { decision: 'restart' } },
    ])
  } finally {
    writeFileSync(manifest, before)
  }
})
