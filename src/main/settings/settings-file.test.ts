import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isExposed } from './exposed-file'
import { Problems } from './problems'
import { readSettingsFile } from './settings-file'
import { environmentSource, readSources } from './sources'

const LIMIT = 2 ** 20

const NOTHING = {
  env: {},
  resourcesFolder: null,
  packageFile: null,
  options: undefined,
  readFile: readSettingsFile,
}

let root: string
let file: string
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'settings-file-'))
  file = path.join(root, 'settings.json')
})
afterEach(() => fs.rmSync(root, { recursive: true, force: true }))

function values(): Record<string, unknown> | null {
  const { values } = readSettingsFile(file)
  return values && Object.fromEntries(values)
}

test.each<[string, string | Buffer]>([
  ['plain', '{ "DD_ENV": "a" }'],
  ['with a byte order mark', '\uFEFF{ "DD_ENV": "a" }'],
  ['of exactly 1 MiB', '{ "DD_ENV": "a" }'.padEnd(LIMIT)],
])('a file %s is read', (_, content) => {
  fs.writeFileSync(file, content)
  expect(values()).toEqual({ DD_ENV: 'a' })
})

test.each<[string, string | Buffer, string]>([
  ['empty', '', 'is not JSON (line 1, column 1: it ends here, and a value was expected)'],
  ['with a comma too many', '\uFEFF{\n"a":1,}', 'is not JSON (line 2, column 6: a comma too many)'],
  ['with a bare word', '{"DD_API_KEY": abc}', 'is not JSON (line 1, column 16: unexpected a, and'],
  ['with what a terminal acts on', '\u001b[2J', 'is not JSON (line 1, column 1: U+001B, and'],
  ['with an array', '[]', 'is not a JSON object'],
  ['with null', 'null', 'is not a JSON object'],
  ['with a string', '"x"', 'is not a JSON object'],
  ['over 1 MiB', '{ "DD_ENV": "a" }'.padEnd(LIMIT + 1), 'is larger than 1 MiB'],
  ['in UTF-16', Buffer.from('\uFEFF{}', 'utf16le'), 'is not UTF-8 text'],
])('a file %s is damaged', (_, content, damage) => {
  fs.writeFileSync(file, content)
  expect(readSettingsFile(file)).toEqual({ values: null, damage: expect.stringContaining(damage) })
})

test('a file that is not there is no damage', () => {
  expect(readSettingsFile(file)).toEqual({ values: null, damage: null })
  expect(readSettingsFile(path.join(root, 'none', 'x.json'))).toEqual({ values: null, damage: null })
})

test('a folder is damage', () => {
  fs.mkdirSync(file)
  expect(readSettingsFile(file)).toEqual({ values: null, damage: 'is a folder' })
})

test.runIf(process.platform !== 'win32')('a pipe is damage, and nobody waits for it', () => {
  execFileSync('mkfifo', [file])
  expect(readSettingsFile(file)).toEqual({ values: null, damage: 'is not a regular file' })
})

test.runIf(process.platform !== 'win32')('links in a circle are damage', () => {
  fs.symlinkSync(file, file)
  expect(readSettingsFile(file)).toEqual({ values: null, damage: 'cannot be read (ELOOP)' })
})

test.runIf(process.platform === 'linux')('a file that cannot be read is damage', () => {
  // It fails for root too, whom no mode keeps out.
  expect(readSettingsFile('/proc/self/mem')).toEqual({ values: null, damage: 'cannot be read (EIO)' })
})

test('below a file there is none', () => {
  expect(readSettingsFile(path.join(__filename, 'settings.json'))).toEqual({ values: null, damage: null })
})

test('a damaged file is one line, and the other sources count', () => {
  fs.mkdirSync(path.join(root, 'resources'))
  fs.writeFileSync(file, '[]')
  fs.writeFileSync(path.join(root, 'resources', 'studio-monitor.json'), '{ "DD_ENV": "a" }')
  const problems = new Problems()
  const context = { ...NOTHING, dataFolder: root, resourcesFolder: path.join(root, 'resources') }
  expect(readSources(context, problems).map(({ kind }) => kind)).toEqual(['environment', 'installer-file'])
  expect(problems.lines()).toEqual([
    `${file} is not a JSON object; accepted: a JSON object of settings; the file is ignored`,
  ])
})

test('a name that a file has twice is one line, and its last value counts', () => {
  fs.writeFileSync(file, '{\n  "DD_ENV": "a",\n  "DD_ENV": "b"\n}')
  const problems = new Problems()
  const [, user] = readSources({ ...NOTHING, dataFolder: root }, problems)
  expect(user?.values).toEqual(new Map([['DD_ENV', 'b']]))
  expect(problems.lines()).toEqual([
    `${file} has DD_ENV more than once, again in line 3, column 3; accepted: each name once; the last is used`,
  ])
})

test('without a resources folder there is no installer file', () => {
  const sources = readSources({ ...NOTHING, dataFolder: root }, new Problems())
  expect(sources.map(({ kind }) => kind)).toEqual(['environment'])
})

test('Windows does not tell upper from lower case in the environment', () => {
  const env = { dd_env: 'a', Path: 'x' }
  expect([...environmentSource(env, 'win32').values]).toEqual([['DD_ENV', 'a']])
  expect([...environmentSource(env, 'linux').values]).toEqual([])
})

test.skipIf(process.platform === 'win32')('a secret that others can read is told of, once, and used', () => {
  const read = (content: object, mode: number, folderMode = 0o755) => {
    fs.writeFileSync(file, JSON.stringify(content))
    fs.chmodSync(file, mode)
    fs.chmodSync(root, folderMode)
    const problems = new Problems()
    const [, user] = readSources({ ...NOTHING, dataFolder: root }, problems)
    expect(user?.values.size).toBe(Object.keys(content).length)
    return problems.lines()
  }
  const secret = { DD_ENV: 'a', DD_API_KEY: '0123456789abcdef', DD_APP_KEY: 'fedcba9876543210' }
  expect(read(secret, 0o644)).toEqual([
    `${file} holds DD_API_KEY, and other users can read it; accepted: chmod 600; the file is used`,
  ])
  expect(read(secret, 0o640)).toHaveLength(1)
  expect(read(secret, 0o600)).toEqual([])
  expect(read(secret, 0o644, 0o700)).toEqual([])
  expect(read({ DD_ENV: 'a' }, 0o644)).toEqual([])
})

test('on Windows a mode says nothing', () => {
  fs.writeFileSync(file, '{}')
  fs.chmodSync(file, 0o644)
  fs.chmodSync(root, 0o755)
  expect(isExposed(file, 'win32')).toBe(false)
  expect(isExposed(path.join(root, 'none'), 'linux')).toBe(false)
})
