import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createPackage } from '@electron/asar'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packedNames, withoutCodeCache } from './code-cache.mjs'

const CACHE = 'dist/preload/bundle.13.0-electron.0-linux-x64.cache'

let scratch: string
beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'archive-'))
})
afterEach(() => rmSync(scratch, { recursive: true }))

test.each([
  { packed: [CACHE], arch: 'x64', missing: [] },
  { packed: [CACHE], arch: 'arm64', missing: ['dist/preload/bundle.js'] },
  { packed: [], arch: 'x64', missing: ['dist/preload/bundle.js'] },
  { packed: ['dist/dd-trace/bundle.13.0-linux-x64.cache'], arch: 'x64', missing: ['dist/preload/bundle.js'] },
])('an archive with $packed, for $arch, lacks the code of $missing', async ({ packed, arch, missing }) => {
  for (const name of ['dist/preload/bundle.js', 'dist/preload/index.cjs', ...packed]) {
    mkdirSync(path.dirname(path.join(scratch, 'app', name)), { recursive: true })
    writeFileSync(path.join(scratch, 'app', name), '0')
  }
  await createPackage(path.join(scratch, 'app'), path.join(scratch, 'app.asar'))
  expect(withoutCodeCache(packedNames(scratch), 'linux', arch)).toEqual(missing)
})
