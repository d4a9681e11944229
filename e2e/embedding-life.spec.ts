import { cpSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Engine, skipWithoutPython } from './support/app/engine'
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
    const pattern = new RegExp(`surroundings .*"FROM_APP":"${expected.FROM_APP}".*`)
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
