import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { joinDataFolder, projectDataFolder } from './project-data-folder.mjs'

const machine = { env: {}, platform: 'linux', home: '/home/me' } as const
const dependencies = { 'studio-datadog-monitor': '1.0.0' }

function folderOf(manifest: unknown, below = ''): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-project-'))
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest))
  mkdirSync(path.join(folder, below), { recursive: true })
  return path.join(folder, below)
}

describe('the data folder of the project’s app', () => {
  it('has the product’s name, else the package’s, scope and all, as Electron takes them', () => {
    const named = (manifest: object) => projectDataFolder(folderOf({ dependencies, ...manifest }), machine)
    expect(named({ name: 'app', productName: 'My App' })).toBe('/home/me/.config/My App')
    expect(named({ name: 'app' })).toBe('/home/me/.config/app')
    expect(named({ name: 'app', productName: '' })).toBe('/home/me/.config/app')
    expect(named({ name: '@me/app' })).toBe('/home/me/.config/@me/app')
    expect(named({})).toBeNull()
  })

  it('is that of the nearest folder whose app depends on the monitor', () => {
    const from = folderOf({ name: 'app', devDependencies: dependencies }, 'packages/other/src')
    writeFileSync(path.join(from, '../package.json'), '{ "name": "other" }')
    writeFileSync(path.join(from, 'package.json'), 'no JSON')
    expect(projectDataFolder(from, machine)).toBe('/home/me/.config/app')
    expect(projectDataFolder(folderOf({ name: 'stranger' }), machine)).toBeNull()
    expect(projectDataFolder(folderOf(null), machine)).toBeNull()
  })

  it('is none within this package', () => {
    const from = folderOf({ name: 'app', dependencies }, 'node_modules/studio-datadog-monitor')
    writeFileSync(path.join(from, 'package.json'), '{ "name": "studio-datadog-monitor" }')
    expect(projectDataFolder(from, machine)).toBeNull()
  })

  it('lies where each system keeps such folders', () => {
    const from = folderOf({ name: 'app', dependencies })
    const home = '/home/me'
    const on = (platform: NodeJS.Platform, env = {}) => projectDataFolder(from, { env, platform, home })
    expect(on('linux', { XDG_CONFIG_HOME: '/xdg' })).toBe('/xdg/app')
    expect(on('darwin')).toBe('/home/me/Library/Application Support/app')
    expect(on('win32', { APPDATA: '/roaming' })).toBe('/roaming/app')
  })
})

describe('--user-data-dir DIR', () => {
  it('becomes one argument, which is no command', () => {
    expect(joinDataFolder(['--user-data-dir', 'a b', 'jobs'])).toEqual(['--user-data-dir=a b', 'jobs'])
    expect(joinDataFolder(['jobs', '--json', '--user-data-dir', 'x'])).toEqual([
      'jobs',
      '--json',
      '--user-data-dir=x',
    ])
  })

  it('is left as it is without a folder, with one already, and after --', () => {
    for (const args of [
      ['jobs', '--user-data-dir'],
      ['--user-data-dir', '--json', 'jobs'],
      ['--user-data-dir=x', 'jobs'],
      ['--', '--user-data-dir', 'x'],
    ]) {
      expect(joinDataFolder(args)).toEqual(args)
    }
  })
})
