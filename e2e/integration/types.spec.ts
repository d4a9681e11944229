// An app's own TypeScript checks the package as it is packed, with the oldest types that are promised.

import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, test } from '../support/app/test'
import { installPackage } from '../support/installed-app'

const PROJECT = path.join(__dirname, '../..')
/** The oldest Electron that is promised; its package has the types, and no binary. */
const OLDEST_ELECTRON = 'electron@31.0.0'
/** A compiler as old as those types: newer ones do not accept them. */
const TYPESCRIPT = 'typescript@5.5.4'

const USE = `import { studioMonitor as esbuild } from 'studio-datadog-monitor/esbuild'
import { studioMonitor as vite } from 'studio-datadog-monitor/vite'
import { studioMonitor as webpack } from 'studio-datadog-monitor/webpack'
import { settings, settingsFolder } from 'studio-datadog-monitor/register'
import { type Incident, startStudioMonitor, type StudioMonitor } from 'studio-datadog-monitor'
export async function start(): Promise<StudioMonitor> {
  const monitor = await startStudioMonitor({ backend: { entry: settingsFolder + settings.DD_ENV } })
  monitor.on('incident', (incident: Incident) => console.log(incident.memory.limitBytes))
  // @ts-expect-error there is no such option
  await startStudioMonitor({ backend: { entri: 'backend.js' } })
  // @ts-expect-error a cause is not any text
  monitor.on('incident', (incident) => incident.cause === 'bad luck')
  return monitor
}
export const plugins = [esbuild(), vite(), webpack()]
// @ts-expect-error a plugin has no options
vite({ entry: 'main.js' })
`

let project: string

// Each takes some seconds, and more than a minute beside other work.
test.describe.configure({ timeout: 240_000 })

test.beforeAll(() => {
  const source = mkdtempSync(path.join(os.tmpdir(), 'studio-typed-'))
  writeFileSync(path.join(source, 'package.json'), JSON.stringify({ name: 'typed-app', type: 'commonjs' }))
  writeFileSync(path.join(source, 'app.ts'), USE)
  project = installPackage(source)
  const modules = path.join(project, 'node_modules')
  for (const name of ['electron', '@types']) rmSync(path.join(modules, name))
  // Those of Node are held at the oldest for the whole project.
  mkdirSync(path.join(modules, '@types'))
  for (const name of ['@types/node', 'undici-types']) {
    symlinkSync(path.join(PROJECT, 'node_modules', name), path.join(modules, name))
  }
  fetchPackage(OLDEST_ELECTRON, path.join(modules, 'electron'))
  fetchPackage(TYPESCRIPT, path.join(project, 'typescript'))
})

/** Not installed with the project's own, whose commands would give way to its. */
function fetchPackage(spec: string, folder: string): void {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'studio-fetched-'))
  execFileSync('npm', ['pack', spec, '--silent', '--prefer-offline', '--pack-destination', scratch])
  mkdirSync(folder, { recursive: true })
  const archive = path.join(scratch, `${spec.replace('@', '-')}.tgz`)
  execFileSync('tar', ['-xzf', archive, '--strip-components=1', '-C', folder])
}

for (const [moduleResolution, module] of [
  ['node10', 'commonjs'],
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['bundler', 'preserve'],
] as const) {
  test(`types resolve under ${moduleResolution}, and are checked`, () => {
    const tsc = path.join(project, 'typescript/bin/tsc')
    const options = { module, moduleResolution, target: 'es2022', types: 'node', skipLibCheck: 'false' }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
    let said = ''
    try {
      execFileSync(process.execPath, [tsc, '--noEmit', '--strict', ...args, 'app.ts'], {
        cwd: project,
        encoding: 'utf8',
      })
    } catch (error) {
      said = String((error as { stdout: string }).stdout)
    }
    expect(said).toBe('')
  })
}
