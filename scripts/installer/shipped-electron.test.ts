import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { endOfLife, lockedElectron, shippedElectron } from './shipped-electron.mjs'

const PROJECT = path.join(import.meta.dirname, '../..')

let root: string
let electron: string
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'shipped-'))
  electron = path.join(root, 'node_modules/electron')
  mkdirSync(electron, { recursive: true })
  writeFileSync(path.join(root, 'package.json'), '{}')
  writeFileSync(
    path.join(root, 'package-lock.json'),
    JSON.stringify({ packages: { 'node_modules/electron': { version: '45.4.1' } } }),
  )
  writeFileSync(path.join(electron, 'checksums.json'), '{"electron-v45.4.1-linux-x64.zip":"ab"}')
  packageOf('45.4.1')
})
afterEach(() => rmSync(root, { recursive: true }))

const packageOf = (version: string) =>
  writeFileSync(path.join(electron, 'package.json'), JSON.stringify({ name: 'electron', version }))

/** Leaves what the electron package's own install script does. */
function install(version: string) {
  mkdirSync(path.join(electron, 'dist'), { recursive: true })
  for (const [name, text] of [
    ['dist/electron', ''],
    ['dist/version', version],
    ['path.txt', 'electron'],
  ] as const)
    writeFileSync(path.join(electron, name), text)
}

const ship = (env: NodeJS.ProcessEnv = {}, download = async (): Promise<string | null> => 'ENOTFOUND') =>
  shippedElectron({ root, env, platform: 'linux', arch: 'x64', say: () => {}, download })

test("the lock file's version is shipped, with the checksums of its package", async () => {
  install('45.4.1')
  expect(await ship()).toMatchObject({
    version: '45.4.1',
    executable: path.join(electron, 'dist/electron'),
    checksums: { 'electron-v45.4.1-linux-x64.zip': 'ab' },
  })
})

test('one that is not there is fetched', async () => {
  const fetching = async () => {
    install('45.4.1')
    return null
  }
  expect(await ship({}, fetching)).toMatchObject({ version: '45.4.1' })
})

test.each([
  ['that cannot be fetched', () => {}, /it could not be fetched: ENOTFOUND\. ELECTRON_MIRROR names/],
  ['of which an older binary is there', () => install('33.2.1'), /it could not be fetched: ENOTFOUND/],
  [
    'whose package is another version',
    () => packageOf('33.2.1'),
    /the electron package is 33\.2\.1; "npm ci"/,
  ],
])('no installer is made with one %s', async (_, prepare, why) => {
  prepare()
  await expect(ship()).rejects.toThrow(why)
  await expect(ship()).rejects.toThrow(
    /^No installer is made: it takes Electron 45\.4\.1, which the lock file/,
  )
  await expect(ship()).rejects.not.toThrow(/\n/)
})

test('a folder that somebody points to takes its place nowhere', async () => {
  await expect(ship({ ELECTRON_OVERRIDE_DIST_PATH: electron })).rejects.toThrow(/could not be fetched/)
})

test('an Electron older than the three newest majors is warned of', () => {
  expect(endOfLife('33.2.1', '45.4.1')).toMatch(/^Electron 33\.2\.1 gets no security fixes any more/)
  expect(endOfLife('42.9.9', '45.4.1')).not.toBeNull()
  expect(endOfLife(null, '45.4.1')).toMatch(/^an Electron of an unknown version may get no security fixes: /)
  for (const version of ['43.0.0', '45.4.1', '46.0.0']) expect(endOfLife(version, '45.4.1')).toBeNull()
})

test("electron-builder's configuration pins the lock file's version", () => {
  const locked = lockedElectron(PROJECT)
  expect(readFileSync(path.join(PROJECT, 'electron-builder.yml'), 'utf8')).toMatch(
    new RegExp(`^electronVersion: ${locked.replaceAll('.', '\\.')}$`, 'm'),
  )
})
