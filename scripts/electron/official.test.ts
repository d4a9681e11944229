import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { downloadOfficial, withOwnChecksums } from './official.mjs'
import { downloadCache, hasOwnWay, isCached, whyUnreachable } from './reachability.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'official-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const pkg = () => ({ folder, version: '45.0.0' })
function download(env: NodeJS.ProcessEnv, stallMs = 30_000) {
  const releases = 'http://127.0.0.1:9/'
  const options = { env, platform: 'linux', arch: 'x64', say: () => {}, releases, stallMs } as const
  return downloadOfficial(pkg(), options)
}

test('an unreachable GitHub is the reason, and the script is not even started', async () => {
  writeFileSync(path.join(folder, 'install.js'), '')
  expect(await download({ electron_config_cache: folder })).toMatch(/bad port|ECONNREFUSED/)
})

test('a zip that was downloaded before needs no network', async () => {
  writeFileSync(path.join(folder, 'install.js'), '')
  mkdirSync(path.join(folder, 'digest'))
  writeFileSync(path.join(folder, 'digest', 'electron-v45.0.0-linux-x64.zip'), '')
  expect(await download({ electron_config_cache: folder })).toBeNull()
})

test('a mirror is used without being probed; a script that stands still is ended', async () => {
  writeFileSync(path.join(folder, 'install.js'), 'setInterval(() => {}, 1000)')
  expect(await download({ ELECTRON_MIRROR: 'http://mirror/' }, 300)).toBe('nothing more arrived for 0.3 s')
})

test.each(['ELECTRON_MIRROR', 'npm_config_electron_mirror', 'ELECTRON_GET_USE_PROXY'])('%s', (name) => {
  expect(hasOwnWay({ [name]: 'x' })).toBe(true)
  expect(hasOwnWay({ [name]: '' })).toBe(false)
})

test('a cache folder that is not there holds nothing', () => {
  expect(isCached(path.join(folder, 'none'), 'x.zip')).toBe(false)
  expect(downloadCache({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe('/c/electron')
})

test("a mirror's own checksums do not count", () => {
  const env = { electron_use_remote_checksums: '1', npm_config_electron_use_remote_checksums: '1', PATH: '/' }
  expect(withOwnChecksums(env)).toEqual({ PATH: '/' })
})

test('a host that accepts and says nothing is given up', async () => {
  const silent = createServer()
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const reason = await whyUnreachable(`http://127.0.0.1:${port}/`, 200)
  silent.close()
  expect(reason).toBe(`no answer from 127.0.0.1:${port} within 0.2 s`)
})
