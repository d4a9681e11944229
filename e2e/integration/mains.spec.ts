// The two lines, in each kind of main, in an app that is installed.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '../support/app/test'
import { installApp, installPackage } from '../support/installed-app'

const PROJECT = path.join(__dirname, '../..')
const PUPPET = path.join(PROJECT, 'e2e/backends/puppet.cjs')
const REGISTERED = ['listing', 'origins', 'problems', 'settings', 'settingsFolder']

/** The first code of a document as it stands, but for the backend's path. */
function snippet(document = 'README.md'): string {
  const text = readFileSync(path.join(PROJECT, document), 'utf8')
  const [, code] = text.match(/^```js\n(.*?)^```$/ms) ?? []
  if (!code?.includes('/path/to/backend.js')) throw new Error(`${document} has no snippet`)
  return code.replace("'/path/to/backend.js'", JSON.stringify(PUPPET))
}

function project(main: string, files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-source-'))
  const manifest = { name: 'readme-app', version: '1.0.0', main }
  for (const [name, text] of Object.entries({ 'package.json': JSON.stringify(manifest), ...files })) {
    writeFileSync(path.join(folder, name), text)
  }
  return installPackage(folder)
}

/** By TypeScript, which checks it too, with the types of Node and Electron that are linked there. */
function compile(folder: string, file: string): void {
  const tsc = path.join(PROJECT, 'node_modules/typescript/bin/tsc')
  const options = [
    '--strict',
    '--skipLibCheck',
    '--module',
    'node16',
    '--target',
    'es2022',
    '--types',
    'node',
  ]
  execFileSync(process.execPath, [tsc, ...options, file], { cwd: folder, stdio: 'inherit' })
}

const required = () =>
  snippet().replace(/^import (?:(.*) from )?('.*')(.*)$/gm, (_, names, from, rest) =>
    names ? `const ${names} = require(${from})${rest}` : `require(${from})${rest}`,
  )

const MAINS = {
  'an ES module': () => project('main.mjs', { 'main.mjs': snippet() }),
  'an ES module that hears of incidents, as in docs/embedding.md': () =>
    project('main.mjs', { 'main.mjs': snippet('docs/embedding.md') }),
  CommonJS: () => project('main.cjs', { 'main.cjs': required() }),
  'TypeScript, compiled to CommonJS': () => {
    const folder = project('main.cjs', { 'main.cts': snippet() })
    compile(folder, 'main.cts')
    return folder
  },
  'TypeScript, compiled to an ES module': () => {
    const folder = project('main.mjs', { 'main.mts': snippet() })
    compile(folder, 'main.mts')
    return folder
  },
}

for (const [name, make] of Object.entries(MAINS)) {
  test(`the snippet, installed: ${name}`, async ({ launch, agent }) => {
    const studio = launch({ installed: installApp(make()), env: { DD_TRACE_AGENT_URL: agent.url } })
    await studio.backendPid()
    expect(studio.log().find(({ message }) => message === 'the app is traced')).toBeDefined()
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
  })
}

test('an ES module main awaits the monitor, and what it imports is traced', async ({ launch, agent }) => {
  const folder = installPackage(path.join(__dirname, 'es-module'), { packages: ['pino'] })
  for (const where of [{ app: folder, backend: null }, { installed: installApp(folder) }]) {
    const studio = launch({ ...where, env: { EMBEDDED_BACKEND: PUPPET, DD_TRACE_AGENT_URL: agent.url } })
    await studio.backendPid()
    expect(studio.stdout).toContain('started before the app is ready: true')
    const [, names] = await studio.said(/register exports (.*)/)
    expect(names?.split(' ')).toEqual(expect.arrayContaining(REGISTERED))
    const [, port] = await studio.said(/app listens on (\d+)/)
    await fetch(`http://127.0.0.1:${port}/`)
    const [line] = await studio.said(/\{.*"msg":"a request".*\}/)
    const { dd } = JSON.parse(line)
    const request = await agent.waitForSpan(
      ({ traceId, name }) => name === 'web.request' && traceId === dd.trace_id,
    )
    expect(dd.span_id).toBe(request.spanId)
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
  }
})

test('the package required by its path is the module, and starts nothing', async ({ launch }) => {
  const folder = project('main.cjs', {
    'main.cjs': `const { app } = require('electron')
      const byPath = require(require('node:path').join(__dirname, 'node_modules/studio-datadog-monitor'))
      console.log('exports', Object.keys(byPath).sort().join(' '))
      app.whenReady().then(() => setTimeout(() => app.exit(0), 1_000))`,
  })
  const studio = launch({ app: folder, backend: null })
  expect(await studio.exited).toEqual({ code: 0, signal: null })
  expect(studio.stdout).toContain(
    'exports StartError StudioMonitor forwardToWindow runStudioCommand startStudioMonitor',
  )
  expect(studio.output).not.toContain('starting the backend')
})

test('a monitor stopped before the app is ready starts no backend', async ({ launch }) => {
  const folder = project('main.cjs', {
    'main.cjs': `require('studio-datadog-monitor/register')
      const { app } = require('electron')
      require('studio-datadog-monitor')
        .startStudioMonitor({ backend: { entry: ${JSON.stringify(PUPPET)} } })
        .then((monitor) => {
          monitor.on('state', (state) => console.log('state', state))
          console.log('stopped before the app is ready:', !app.isReady())
          return monitor.stop()
        })
        .then(() => app.whenReady())
        .then(() => setTimeout(() => app.exit(0), 1_000))`,
  })
  const studio = launch({ app: folder, backend: null })
  expect(await studio.exited).toEqual({ code: 0, signal: null })
  expect(studio.stdout).toContain('stopped before the app is ready: true')
  expect(studio.output).not.toMatch(/state starting|puppet listens|starting the backend/)
})
