import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '../support/app/test'
import { listeningPorts } from '../support/listening-ports'
import { copyOfPackedApp } from '../support/packed-app'

let scratch: string
test.beforeEach(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'studio-doors-'))
})
test.afterEach(() => rmSync(scratch, { recursive: true, force: true }))

test('neither the environment nor an argument makes it run other code, or lets a debugger in', async ({
  launch,
}) => {
  const intruder = path.join(scratch, 'intruder.cjs')
  const trace = path.join(scratch, 'ran')
  writeFileSync(intruder, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, process.argv0)`)
  const studio = launch({
    env: { ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require ${intruder} --inspect=0` },
    args: ['--inspect=0', '--inspect-brk=0'],
  })
  await studio.puppet()
  expect(existsSync(trace)).toBe(false)
  expect(studio.stderr).not.toMatch(/Debugger listening/)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('a folder beside its archive is not the app', async ({ launch }) => {
  const { executable, resources } = copyOfPackedApp(scratch)
  const folder = path.join(resources, 'app')
  mkdirSync(folder)
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "other", "main": "main.cjs" }')
  writeFileSync(path.join(folder, 'main.cjs'), "console.log('another app'); process.exit(0)")
  const studio = launch({ wrap: (_command, args) => ({ command: executable, args }) })
  await studio.puppet()
  expect(studio.stdout).not.toContain('another app')
})

test('nothing of it listens but the backend, whatever Chromium is asked for', async ({ launch }) => {
  test.skip(process.platform !== 'linux', 'sockets are read from /proc')
  const studio = launch({ args: ['--remote-debugging-port=0'] })
  await studio.puppet()
  const backend = await studio.backendPid()
  for (const { pid } of studio.processes()) {
    expect({ pid, ports: listeningPorts(pid) }).toEqual({
      pid,
      ports: pid === backend ? [expect.any(Number)] : [],
    })
  }
  expect(studio.stderr).not.toMatch(/DevTools listening/)
})

test("whoever starts it cannot drive it through Chromium's pipe", async ({ launch }) => {
  test.skip(process.platform === 'win32', 'a shell opens the pipe')
  const asked = path.join(scratch, 'asked')
  const answered = path.join(scratch, 'answered')
  writeFileSync(asked, '{"id":1,"method":"Browser.getVersion"}\0')
  const studio = launch({
    args: ['--remote-debugging-pipe'],
    wrap: (command, args) => ({
      command: 'sh',
      args: ['-c', 'exec 3<"$0" 4>"$1"; shift; exec "$@"', asked, answered, command, ...args],
    }),
  })
  await studio.puppet()
  expect(readFileSync(answered, 'utf8')).toBe('')
})

test('nothing of it is recorded into a file that a variable or a switch names', async ({ launch }) => {
  const [coverage, network] = [path.join(scratch, 'coverage'), path.join(scratch, 'network.json')]
  const studio = launch({ env: { NODE_V8_COVERAGE: coverage }, args: [`--log-net-log=${network}`] })
  const puppet = await studio.puppet()
  await puppet.work('a')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect([coverage, network].filter(existsSync)).toEqual([])
})

test('the installer names the backend in its settings file, relative to it, and nobody else does', async ({
  launch,
  agent,
}) => {
  const { executable, resources } = copyOfPackedApp(scratch)
  cpSync(path.join(__dirname, '../backends/puppet.cjs'), path.join(resources, 'backend/index.cjs'))
  writeFileSync(
    path.join(resources, 'studio-monitor.json'),
    JSON.stringify({ STUDIO_BACKEND_ENTRY: 'backend/index.cjs', DD_ENV: 'installed' }),
  )
  const studio = launch({
    backend: 'deaf.cjs',
    env: { DD_TRACE_AGENT_URL: agent.url },
    wrap: (_command, args) => ({ command: executable, args }),
  })
  await studio.said(/settings: ignored: STUDIO_BACKEND_ENTRY \(environment\)/)
  const puppet = await studio.puppet()
  await puppet.work('a')
  const span = await agent.waitForSpan(({ name }) => name === 'studio.job')
  expect(span.meta.env).toBe('installed')
})
