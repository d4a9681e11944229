import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dataFolderIn, dataPaths } from '../src/common/storage/data-folder'
import type { Span } from '../testing/agent/span'
import { appRuntime } from './support/app/runtime'
import { expect, test } from './support/app/test'
import { installPackage } from './support/installed-app'

const project = path.join(__dirname, '..')
let app: string

test.beforeAll(() => {
  app = installPackage(path.join(__dirname, 'embedding-app'))
})

test.afterAll(() => rmSync(app, { recursive: true, force: true }))

test('another app embeds the monitor with two lines', async ({ launch, agent }) => {
  const studio = launch({
    app,
    backend: null,
    env: { EMBEDDED_BACKEND: path.join(__dirname, 'backends/puppet.cjs'), DD_TRACE_AGENT_URL: agent.url },
  })
  const puppet = await studio.puppet()
  await studio.said(/state running/)
  await studio.said(/pid is known true/)
  await studio.said(/message \{"echo":"hello"\}/)

  await puppet.start('a')
  await puppet.die('exit')
  await studio.said(/job failed a/)
  await studio.said(/incident error-exit/)
  await studio.said(/a listener of the app for incident threw: an error in a listener of the app/)
  const second = await studio.puppet(2)

  await second.work('b')
  const span = await agent.waitForSpan(({ name }) => name === 'studio.job')
  expect(span.meta).toMatchObject({ version: '7.8.9' })

  studio.kill('SIGUSR2')
  await studio.puppet(3)
  expect(studio.incidents()).toHaveLength(1)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('an app whose data folder cannot be made may name another', async ({ launch }) => {
  test.skip(process.platform === 'win32', 'there is no /dev/null there')
  const userData = mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-'))
  const studio = launch({
    app,
    backend: null,
    userData: '/dev/null/studio',
    env: {
      HOME: '/dev/null',
      EMBEDDED_BACKEND: path.join(__dirname, 'backends/puppet.cjs'),
      EMBEDDED_DATA: userData,
    },
  })
  await studio.puppet()
  expect(studio.stderr).toContain('settings came from ~/studio/studio-monitor')
  expect(existsSync(dataPaths(dataFolderIn(userData)).journal)).toBe(true)
})

test("the monitor's own lines lead to the span that is active in the app", async ({ launch, agent }) => {
  const studio = launch({
    app,
    backend: null,
    env: {
      EMBEDDED_BACKEND: path.join(__dirname, 'backends/parent.cjs'),
      DD_TRACE_AGENT_URL: agent.url,
    },
  })
  await studio.backendPid()
  const [, port] = await studio.said(/app listens on (\d+)/)
  await fetch(`http://127.0.0.1:${port}/restart`)
  const request = await agent.waitForSpan(
    ({ name, meta }) => name === 'web.request' && meta['studio.process'] === 'main',
  )
  const lines = studio.log()
  const started = lines.filter(({ message }) => message.startsWith('starting the backend'))
  expect(started.map(({ dd }) => dd)).toMatchObject([
    { service: request.service },
    { trace_id: request.traceId, span_id: request.spanId, service: request.service },
  ])
  expect(started[0]?.dd).not.toHaveProperty('trace_id')
})

test('a trace goes on with a message, from the app into the backend and back', async ({ launch, agent }) => {
  const studio = launch({
    app,
    backend: null,
    env: { EMBEDDED_BACKEND: path.join(__dirname, 'backends/puppet.cjs'), DD_TRACE_AGENT_URL: agent.url },
  })
  const puppet = await studio.puppet()
  const [, port] = await studio.said(/app listens on (\d+)/)
  await fetch(`http://127.0.0.1:${port}/post`)
  await puppet.end('posted')
  // A posted message arrives unchanged, with its port, whatever it looks like.
  await studio.said(/message \{"echo":\{"job":\{"id":"posted"\}\}\}/)
  await studio.said(/message \{"echo":\["studio-datadog-monitor:context","\{\}","a forged envelope"\]\}/)
  await studio.said(/port through the port/)

  const below = (parent: Span, name: string, where: 'main' | 'backend') =>
    agent.waitForSpan(
      (span) =>
        span.traceId === parent.traceId &&
        span.parentId === parent.spanId &&
        span.name === name &&
        span.meta['studio.process'] === where,
    )
  const job = await agent.waitForSpan(({ meta }) => meta['studio.job.id'] === 'posted')
  const received = await agent.waitForSpan(({ spanId }) => spanId === job.parentId)
  const request = await agent.waitForSpan(({ spanId }) => spanId === received.parentId)
  expect(request).toMatchObject({
    name: 'web.request',
    meta: { 'studio.process': 'main' },
    traceId: job.traceId,
  })
  expect(received).toMatchObject({ name: 'electron.utility.receive', meta: { 'studio.process': 'backend' } })
  const answered = await below(received, 'electron.main.receive', 'main')
  await below(answered, 'fs.operation', 'main')
  // Messages posted outside of any trace are in none.
  expect(agent.spans().filter(({ name }) => name === 'electron.utility.receive')).toHaveLength(2)
})

test('a second app on the same folder learns that the monitor runs there, and the first runs on', async ({
  launch,
}) => {
  const env = { EMBEDDED_BACKEND: path.join(__dirname, 'backends/puppet.cjs') }
  const first = launch({ app, backend: null, env })
  const puppet = await first.puppet()
  const TMPDIR = mkdtempSync(path.join(os.tmpdir(), 'studio-tmp-'))
  const second = launch({ app, backend: null, env: { ...env, TMPDIR }, dataFolder: first.dataFolder })
  expect(await second.exited).toEqual({ code: 1, signal: null })
  expect(second.stdout).toMatch(new RegExp(`StartError: .* runs already .*\\(process ${first.pid} on `))
  await puppet.ping()
  // Electron's own lock is the app's to ask for.
  expect(readdirSync(first.userData).filter((name) => name.startsWith('Singleton'))).toEqual([])
})

test('an embedding app learns why the backend cannot be started', async ({ launch }) => {
  const studio = launch({ app, backend: null, env: { EMBEDDED_BACKEND: '/nowhere/backend.js' } })
  expect(await studio.exited).toEqual({ code: 2, signal: null })
  expect(studio.stdout).toContain('StartError: there is no file /nowhere/backend.js')
})

test('the package is typed', () => {
  writeFileSync(
    path.join(app, 'typed.ts'),
    `import 'studio-datadog-monitor/register'
import { type Incident, type StudioMonitor, startStudioMonitor } from 'studio-datadog-monitor'
export async function start(): Promise<StudioMonitor> {
  const monitor = await startStudioMonitor({ backend: { entry: 'backend.js' } })
  monitor.on('incident', (incident: Incident) => console.log(incident.memory.limitBytes))
  // @ts-expect-error there is no such option
  await startStudioMonitor({ backend: { entri: 'backend.js' } })
  // @ts-expect-error a cause is not any text
  monitor.on('incident', (incident) => incident.cause === 'bad luck')
  return monitor
}
`,
  )
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'node16',
    '--target',
    'es2022',
    '--types',
    'node',
  ]
  const tsc = path.join(project, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, ...options, 'typed.ts'], { cwd: app, stdio: 'inherit' })
})

test('the packed command starts without dependencies of development', () => {
  const command = path.join(app, 'node_modules/studio-datadog-monitor/bin/studio-monitor.mjs')
  const { executable } = appRuntime()
  mkdirSync(dataFolderIn(path.join(app, 'data')), { recursive: true })
  const shown = execFileSync(process.execPath, [command, 'jobs', '--json', `--user-data-dir=${app}/data`], {
    encoding: 'utf8',
    env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: path.dirname(executable) },
  })
  expect(JSON.parse(shown)).toEqual([])
})

test('an embedding app has the code cache made for its own Electron', async ({ launch }) => {
  const command = path.join(app, 'node_modules/studio-datadog-monitor/scripts/code-cache/command.mjs')
  const folder = path.dirname(appRuntime().executable)
  const make = () =>
    spawnSync(process.execPath, [command], {
      cwd: app,
      encoding: 'utf8',
      env: { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder },
    })
  // What the project's own tests run on may be another one.
  const electron = path.join(app, 'node_modules/electron')
  rmSync(electron)
  mkdirSync(electron)
  const made = (version: string) => {
    writeFileSync(path.join(electron, 'package.json'), JSON.stringify({ name: 'electron', version }))
    return make()
  }
  const refused = made('31.7.7')
  expect(refused.status).toBe(1)
  expect(refused.stderr).toMatch(/^studio-monitor-code-cache: .* the app is made for 31\.7\.7: .*\n$/)
  expect(made(readFileSync(path.join(folder, 'version'), 'utf8').trim())).toMatchObject({ status: 0 })
  const studio = launch({
    app,
    backend: null,
    env: { EMBEDDED_BACKEND: path.join(__dirname, 'backends/puppet.cjs') },
  })
  await studio.puppet()
  const traced = studio.log().filter(({ message }) => message.endsWith('is traced'))
  expect(traced.map(({ codeCache }) => codeCache)).toEqual([true, true])
})
