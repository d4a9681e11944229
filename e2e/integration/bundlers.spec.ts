// An app that is bundled with our plugin takes along all that runs; one without it runs as far as it can, and says what to do.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import path from 'node:path'
import { waitFor } from '../../testing/waiting/wait-for'
import { Engine, skipWithoutPython } from '../support/app/engine'
import { expect, test } from '../support/app/test'
import { BACKEND, bundledProject, installOnly, runBuild, runTool } from '../support/bundled-app'
import { installApp } from '../support/installed-app'

interface Bundled {
  readonly project: string
  /** The bundle's folder, from the project's. */
  readonly folder: string
  readonly entry: string
}

/** Each as its users have it: minimised and not, CommonJS and ES module. */
const BUNDLES: Readonly<Record<string, () => Bundled>> = {
  'Vite, the dependencies left out by name': () => vite({ MINIFY: 'true' }),
  'electron-vite, an ES module': () => electronVite('module'),
  'webpack as Forge runs it': () => webpack({ MINIFY: 'true' }),
  'esbuild, an ES module in parts': () => esbuild({ FORMAT: 'esm', MINIFY: 'true' }),
  'Vite, not minimised @long': () => vite({}),
  'electron-vite, CommonJS @long': () => electronVite('commonjs'),
  'webpack for development, evaluated text @long': () => webpack({ DEVTOOL: 'eval-source-map' }),
  'esbuild, CommonJS @long': () => esbuild({}),
}

function vite(env: Record<string, string>): Bundled {
  const project = bundledProject('vite')
  runTool(project, 'vite/bin/vite.js', ['build'], env)
  return { project, folder: '.vite', entry: '.vite/build/main.cjs' }
}

function electronVite(type: 'module' | 'commonjs'): Bundled {
  const project = bundledProject('electron-vite')
  changeManifest(project, { type })
  runTool(project, 'electron-vite/bin/electron-vite.js', ['build'])
  return { project, folder: 'out', entry: 'out/main/main.js' }
}

function webpack(env: Record<string, string>): Bundled {
  const project = bundledProject('webpack')
  runBuild(project, 'webpack/lib/index.js', env)
  return { project, folder: '.webpack', entry: '.webpack/main/index.js' }
}

function esbuild(env: Record<string, string>): Bundled {
  const project = bundledProject('esbuild')
  runBuild(project, 'esbuild/lib/main.js', env)
  const entry = env.FORMAT === 'esm' ? 'out/main.mjs' : 'out/main.cjs'
  changeManifest(project, { main: entry })
  return { project, folder: 'out', entry }
}

function changeManifest(project: string, changes: object): void {
  const file = path.join(project, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...manifest, ...changes }))
}

for (const [name, bundle] of Object.entries(BUNDLES)) {
  test(`bundled with the plugin: ${name}`, async ({ launch, agent }) => {
    const { project, folder, entry } = bundle()
    const env = { ...BACKEND, DD_TRACE_AGENT_URL: agent.url }
    const studio = launch({ installed: installOnly(project, folder), env })
    await studio.backendPid()
    const [, port] = await studio.said(/app listens on (\d+)/)
    expect(studio.stdout).toContain('the tracer came first: true')
    expect(studio.stdout).toContain('there is one monitor: true')
    expect(studio.output).not.toContain('a bundler has put its code')
    await fetch(`http://127.0.0.1:${port}/`)
    await agent.waitForSpan(
      ({ name: span, meta }) => span === 'web.request' && meta?.['studio.process'] === 'main',
    )
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    expectTrueSourceMap(path.join(project, entry))
  })
}

/** Checks that what the entry prints stands on the same line as in the source: nothing that was put into the bundle has moved the map. */
function expectTrueSourceMap(file: string): void {
  if (!existsSync(`${file}.map`)) return
  const lines = readFileSync(file, 'utf8').split('\n')
  const line = lines.findIndex((text) => text.includes('the tracer came first'))
  const column = lines[line]?.indexOf('console.log') ?? -1
  const map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')))
  const found = map.findEntry(line, column)
  const source = readFileSync(path.join(__dirname, 'bundled/source/main.mjs'), 'utf8').split('\n')
  expect(found).toMatchObject({ originalSource: expect.stringMatching(/source\/main\.mjs$/) })
  expect(source['originalLine' in found ? found.originalLine : -1]).toContain('console.log')
}

test('a bundle brings the engine its probe', async ({ launch }) => {
  skipWithoutPython()
  const { project, folder } = vite({})
  const engine = await Engine.create()
  const env = { EMBEDDED_ENGINE: JSON.stringify(engine.command()) }
  const studio = launch({ installed: installOnly(project, folder), env })
  await studio.backendPid()
  const probe = path.join(studio.dataFolder, 'engine-probe/sitecustomize.py')
  await waitFor(() => existsSync(probe), { what: () => `${probe}:\n${studio.output}` })
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

const RUNS_INSTEAD =
  /^studio-datadog-monitor: a bundler has put its code into .*: those in .* run instead\. Bundle with the plugin .*$/gm
const NOTHING_RUNS =
  /^studio-datadog-monitor: a bundler has put its code into .*nothing is traced, and no backend is started\. Bundle with the plugin .*$/gm

test('bundled without the plugin, the installed package runs instead, and one line says so', async ({
  launch,
}) => {
  const { project } = vite({ WITHOUT_PLUGIN: 'true' })
  const studio = launch({ installed: installApp(project), env: BACKEND })
  await studio.backendPid()
  expect(studio.stderr.match(RUNS_INSTEAD)).toHaveLength(1)
  expect(studio.log().find(({ message }) => message === 'the app is traced')).toBeDefined()
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

for (const [name, bundle] of Object.entries({
  webpack: () => webpack({ WITHOUT_PLUGIN: 'true' }),
  'esbuild, an ES module': () => esbuild({ WITHOUT_PLUGIN: 'true', FORMAT: 'esm' }),
})) {
  test(`bundled without the plugin and without the package, one line says so: ${name}`, async ({
    launch,
  }) => {
    const { project, folder } = bundle()
    const studio = launch({ installed: installOnly(project, folder), env: BACKEND })
    await studio.said(/the app goes on without: StartError/)
    expect(studio.stderr.match(NOTHING_RUNS)).toHaveLength(1)
    expect(studio.output).not.toContain('ENOENT')
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
  })
}
