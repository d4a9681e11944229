import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SETTING_NAMES } from '../src/main/settings/definitions'

const script = path.join(__dirname, 'settings-table.mjs')

let folder: string
let document: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-table-'))
  document = path.join(folder, 'settings.md')
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr: stderr.trim() }
}

test('prints a row for every setting', () => {
  const { status, stdout } = run('--print')
  expect(status).toBe(0)
  expect([...stdout.matchAll(/^\| `(\w+)` \|(?: [^|]+ \|){3}$/gm)].map(([, name]) => name)).toEqual(
    SETTING_NAMES,
  )
})

test('is written between the markers, and then up to date', () => {
  fs.writeFileSync(
    document,
    '# A\n<!-- settings -->\nstale row\n<!-- /settings -->\n# B\n<!-- common-settings -->\n<!-- /common-settings -->\n',
  )
  expect(run('--check', document)).toEqual({
    status: 1,
    stdout: '',
    stderr: `settings table: ${document} is out of date; node scripts/settings-table.mjs brings it up to date`,
  })
  expect(run(document)).toMatchObject({ status: 0, stderr: '' })
  const written = fs.readFileSync(document, 'utf8')
  expect(written).toMatch(
    /^# A\n<!-- settings -->\n\| name \|[\s\S]+\|\n<!-- \/settings -->\n# B\n<!-- common-settings -->\n(\|[^\n]+\|\n){9}<!-- \/common-settings -->\n$/,
  )
  expect(written).not.toContain('stale row')
  expect(run('--check', document)).toMatchObject({ status: 0, stderr: '' })
})

test('a missing document, or one without markers, is one clear line', () => {
  expect(run('--check', document)).toMatchObject({
    status: 1,
    stderr: `settings table: ${document} cannot be read (ENOENT)`,
  })
  fs.writeFileSync(document, '# A\n')
  expect(run(document)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/ has no lines <!-- settings --> and <!-- \/settings -->;/),
  })
})
