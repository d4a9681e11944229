// An app that electron-builder packs: not bundled, with the modules as npm or pnpm has installed them.

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Studio, StudioOptions } from '../support/app/studio'
import { expect, test } from '../support/app/test'
import { BACKEND, bareProject, packApp } from '../support/bundled-app'
import { packedPackage } from '../support/installed-app'

test.skip(
  process.platform !== 'linux',
  'the packed app is looked for where electron-builder puts it on Linux',
)
// Packing takes most of a minute on a machine that is busy.
test.describe.configure({ timeout: 300_000 })

const npm = (args: readonly string[], cwd: string) =>
  execFileSync('npm', args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })

async function expectStudio(launch: (options: StudioOptions) => Studio, installed: string) {
  const studio = launch({ installed, env: BACKEND })
  await studio.backendPid()
  await studio.said(/there is one monitor: true/)
  expect(studio.output).not.toContain('a bundler has put its code')
  expect(studio.log().find(({ message }) => message === 'the app is traced')).toBeDefined()
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
}

test('packed by electron-builder, modules as npm has them', async ({ launch }) => {
  const project = bareProject('plain')
  npm(['install', '--offline', '--legacy-peer-deps', '--ignore-scripts', packedPackage()], project)
  await expectStudio(launch, packApp(project))
})

test('packed by electron-builder, modules as pnpm has them @long', async ({ launch }) => {
  const project = bareProject('plain')
  const manifest = path.join(project, 'package.json')
  const dependencies = { 'studio-datadog-monitor': `file:${packedPackage()}` }
  writeFileSync(
    manifest,
    JSON.stringify({
      ...JSON.parse(readFileSync(manifest, 'utf8')),
      dependencies,
      packageManager: 'pnpm@10.34.9',
    }),
  )
  // Electron is asked for, and would be fetched.
  writeFileSync(path.join(project, '.npmrc'), 'auto-install-peers=false\nstrict-peer-dependencies=false\n')
  npm(['install', '--no-save', '--prefix', 'tools', '--prefer-offline', 'pnpm@10.34.9'], project)
  const bin = path.join(project, 'tools/node_modules/.bin')
  execFileSync(path.join(bin, 'pnpm'), ['install', '--ignore-scripts'], { cwd: project, stdio: 'inherit' })
  await expectStudio(launch, packApp(project, { PATH: `${bin}:${process.env.PATH}` }))
})
