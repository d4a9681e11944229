import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleProgram, startProgram, temporaryFolder } from '../../../testing/program/program'

const PROGRAM = `
  import { writeSync } from 'node:fs'
  import { loadBackend } from './load-backend'
  const send = (message: unknown) => void writeSync(1, 'sent ' + JSON.stringify(message) + '\\n')
  loadBackend(process.argv, { send, onMessage() {} }, (url) => import(url))`

/**
 * Loads `entry` of a folder with these files.
 * @returns what the backend and its loader reported, in order
 */
async function load(files: Record<string, string>, entry: string, args: readonly string[] = []) {
  const folder = temporaryFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return loadFrom(path.join(folder, entry), args)
}

async function loadFrom(entry: string, args: readonly string[] = []) {
  const program = await bundleProgram(PROGRAM, { from: __dirname })
  const { ended } = startProgram(program, { args: [entry, ...args] })
  const { code, stdout, stderr } = await ended
  return { code, said: stdout.split('\n').filter(Boolean), stderr }
}

const READY = 'sent {"type":"ready"}'
const CJS = 'console.log(typeof require, require.main === module)'
const ESM = 'console.log(typeof require, typeof import.meta.url)'
const MODULE = '{ "type": "module" }'

describe('an entry', () => {
  it.each<[what: string, files: Record<string, string>, entry: string, said: string]>([
    ['.cjs, whatever its package', { 'a.cjs': CJS, 'package.json': MODULE }, 'a.cjs', 'function true'],
    ['.js without a package', { 'a.js': CJS }, 'a.js', 'function true'],
    ['.js in a package without a type', { 'a.js': CJS, 'package.json': '{}' }, 'a.js', 'function true'],
    ['.mjs', { 'a.mjs': ESM }, 'a.mjs', 'undefined string'],
    ['.js in a package of modules', { 'a.js': ESM, 'package.json': MODULE }, 'a.js', 'undefined string'],
    [
      '.js below such a package',
      { 'lib/deep/a.js': ESM, 'package.json': MODULE },
      'lib/deep/a.js',
      'undefined string',
    ],
    [
      '.js in a package of its own below such a package',
      { 'lib/a.js': CJS, 'lib/package.json': '{}', 'package.json': MODULE },
      'lib/a.js',
      'function true',
    ],
    ['with a name that a URL would change', { 'ä #1%20?.mjs': ESM }, 'ä #1%20?.mjs', 'undefined string'],
  ])('is loaded as Node would: %s', async (_what, files, entry, said) => {
    expect(await load(files, entry)).toEqual({ code: 0, said: [said, READY], stderr: '' })
  })

  it('is what its link leads to', async () => {
    const folder = temporaryFolder()
    mkdirSync(path.join(folder, 'real'))
    writeFileSync(path.join(folder, 'real', 'package.json'), MODULE)
    writeFileSync(path.join(folder, 'real', 'a.js'), ESM)
    symlinkSync('real/a.js', path.join(folder, 'link.js'))
    expect(await loadFrom(path.join(folder, 'link.js'))).toMatchObject({
      code: 0,
      said: ['undefined string', READY],
    })
  })

  it('sees the arguments that `node ENTRY ...ARGS` would give it', async () => {
    const args = ['--port', '1', 'a b']
    const { said } = await load({ 'a.cjs': 'console.log(JSON.stringify(process.argv))' }, 'a.cjs', args)
    const [argv] = said.map((line) => JSON.parse(line.replace(/^sent /, '')))
    expect(argv).toEqual([process.execPath, expect.stringMatching(/a\.cjs$/), ...args])
  })

  it.each([
    ['a.cjs', "exports.ready = new Promise((r) => setTimeout(() => r(console.log('set up')), 50))"],
    ['a.mjs', "export const ready = new Promise((r) => setTimeout(() => r(console.log('set up')), 50))"],
  ])('is ready once what it exports as `ready` is settled: %s', async (entry, text) => {
    expect(await load({ [entry]: text }, entry)).toEqual({ code: 0, said: ['set up', READY], stderr: '' })
  })

  it('has thrown when what it exports as `ready` is rejected', async () => {
    const files = { 'a.cjs': "exports.ready = Promise.reject(new TypeError('no models'))" }
    const { code, said } = await load(files, 'a.cjs')
    expect(code).toBe(1)
    expect(said).toHaveLength(1)
    expect(JSON.parse(said[0]?.replace(/^sent /, '') ?? '')).toEqual({
      type: 'launch-failed',
      error: { name: 'TypeError', message: 'no models' },
      stack: expect.stringMatching(/^TypeError: no models\n {4}at .*a\.cjs:1:32/),
    })
  })

  it('is ready once its top-level await is over', async () => {
    const text = "await new Promise(setImmediate); console.log('waited')"
    expect(await load({ 'a.mjs': text }, 'a.mjs')).toMatchObject({ said: ['waited', READY] })
  })
})

describe('an entry that cannot be loaded', () => {
  it.each<[what: string, files: Record<string, string>, entry: string, name: string, message: RegExp]>([
    ['throws', { 'a.cjs': "throw new TypeError('no model')" }, 'a.cjs', 'TypeError', /^no model$/],
    [
      'throws in a module',
      { 'a.mjs': "throw new TypeError('no model')" },
      'a.mjs',
      'TypeError',
      /^no model$/,
    ],
    ['rejects', { 'a.mjs': "await Promise.reject('no model')" }, 'a.mjs', 'string', /^no model$/],
    ['throws nothing', { 'a.cjs': 'throw undefined' }, 'a.cjs', 'undefined', /^undefined$/],
    ['is no JavaScript', { 'a.cjs': 'not javascript' }, 'a.cjs', 'SyntaxError', /Unexpected identifier/],
    [
      'needs what is not there',
      { 'a.cjs': "require('./gone')" },
      'a.cjs',
      'Error',
      /Cannot find module '.\/gone'/,
    ],
    ['is not there', {}, 'a.cjs', 'Error', /Cannot find module/],
    ['is not there, as a module', {}, 'a.mjs', 'Error', /Cannot find module/],
    ['is in a broken package', { 'a.js': CJS, 'package.json': '{' }, 'a.js', '', /JSON|package config/],
  ])('is reported and ends the process: it %s', async (_what, files, entry, name, message) => {
    const { code, said, stderr } = await load(files, entry)
    expect(code).toBe(1)
    expect(said).toHaveLength(1)
    const sent = JSON.parse(said[0]?.replace(/^sent /, '') ?? '')
    expect(sent).toMatchObject({
      type: 'launch-failed',
      error: { name: expect.stringContaining(name), message: expect.stringMatching(message) },
    })
    // It is meant for readers of the terminal or the log.
    expect(stderr).not.toBe('')
  })

  it('is one that nobody named', async () => {
    const program = `
      import { loadBackend } from './load-backend'
      loadBackend(['node', 'bootstrap'], { send() {}, onMessage() {} }, (url) => import(url)).catch(({ message }) => console.log(message))`
    const { ended } = startProgram(await bundleProgram(program, { from: __dirname }))
    expect((await ended).stdout).toBe('no backend entry in the arguments\n')
  })
})
