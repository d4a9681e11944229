// The package as npm installs it from its tarball, into a folder that has nothing else.

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { appRuntime } from '../support/app/runtime'
import { expect, test } from '../support/app/test'
import { packedPackage } from '../support/installed-app'

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
let app: string

test.beforeAll(() => {
  app = mkdtempSync(path.join(os.tmpdir(), 'studio-empty-'))
  const manifest = { name: '@somebody/an-app', productName: 'An App', version: '1.0.0', private: true }
  writeFileSync(path.join(app, 'package.json'), JSON.stringify(manifest))
  // Electron is asked for, and would be fetched.
  const args = ['install', '--offline', '--legacy-peer-deps', '--ignore-scripts', packedPackage()]
  execFileSync(npm, args, { cwd: app, stdio: ['ignore', 'ignore', 'inherit'] })
})

/** Runs a command of the package's as npx does, in a folder. */
function command(name: string, args: readonly string[], cwd = app) {
  const home = path.join(app, 'home')
  const { stdout, stderr, status } = spawnSync(path.join(app, 'node_modules/.bin', name), args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    env: {
      ...process.env,
      ELECTRON_OVERRIDE_DIST_PATH: path.dirname(appRuntime().executable),
      ...{ HOME: home, XDG_CONFIG_HOME: path.join(home, '.config'), APPDATA: path.join(home, 'roaming') },
    },
  })
  return { stdout, stderr, status }
}

test('studio-monitor reads the data folder of the project’s app, and says which', () => {
  test.skip(process.platform !== 'linux', 'where such folders are elsewhere is a unit test’s')
  const folder = path.join(app, 'home/.config/An App/studio-monitor')
  expect(command('studio-monitor', ['jobs'])).toMatchObject({
    status: 2,
    stderr: `studio-monitor: jobs: the data folder ${folder} does not exist: the first start makes it, or --user-data-dir=DIR names another user data folder\n`,
  })
  mkdirSync(folder, { recursive: true })
  mkdirSync(path.join(app, 'source'))
  expect(command('studio-monitor', ['jobs', '--json'], path.join(app, 'source'))).toEqual({
    stdout: '[]\n',
    stderr: `studio-monitor: data folder ${folder}\n`,
    status: 0,
  })
})

test('studio-monitor reads the folder that --user-data-dir names, in one word or two', () => {
  const userData = path.join(app, 'another')
  const folder = path.join(userData, 'studio-monitor')
  mkdirSync(folder, { recursive: true })
  for (const named of [['--user-data-dir', userData], [`--user-data-dir=${userData}`]]) {
    expect(command('studio-monitor', [...named, 'incidents', '--json'])).toEqual({
      stdout: '[]\n',
      stderr: `studio-monitor: data folder ${folder}\n`,
      status: 0,
    })
  }
})

test('studio-monitor-code-cache compiles with the app’s own Electron, or not at all', () => {
  expect(command('studio-monitor-code-cache', [])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^studio-monitor-code-cache: .* has no electron package, .*\n$/),
  })
  const electron = path.join(app, 'node_modules/electron')
  mkdirSync(electron)
  const folder = path.dirname(appRuntime().executable)
  const version = readFileSync(path.join(folder, 'version'), 'utf8').trim()
  writeFileSync(path.join(electron, 'package.json'), JSON.stringify({ name: 'electron', version }))
  const made = command('studio-monitor-code-cache', [])
  expect(made).toMatchObject({ status: 0, stderr: '' })
  for (const name of ['dd-trace/bundle', 'dd-trace/later', 'main/tracer', 'main/monitor', 'preload/bundle']) {
    expect(made.stdout).toMatch(new RegExp(`dist/${name}\\.[^/]+\\.cache$`, 'm'))
  }
})
