import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readEffectiveSettings, writeEffectiveSettings } from './effective-settings'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'studio-effective-'))
  file = path.join(folder, 'effective-settings.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const at = '2026-11-23T20:11:55.000Z'

it('are read as they were written, without the home folder, by their owner alone', () => {
  const value = path.join(os.homedir(), 'backend.js')
  const settings = [{ name: 'STUDIO_BACKEND_ENTRY', value, origin: 'environment' as const }]
  writeEffectiveSettings(file, { at, pid: 7, settings, problems: [`${value} is no file`] })
  expect(readEffectiveSettings(file)).toEqual({
    schema: 1,
    at,
    pid: 7,
    settings: [{ name: 'STUDIO_BACKEND_ENTRY', value: path.join('~', 'backend.js'), origin: 'environment' }],
    problems: [`${path.join('~', 'backend.js')} is no file`],
  })
  expect(readFileSync(file, 'utf8')).not.toContain(os.homedir())
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
})

it.each([
  '',
  '{',
  'null',
  '[]',
  '{"schema":2}',
  `{"schema":1,"at":"${at}","pid":0,"settings":[],"problems":[]}`,
])('are none where the file holds %s', (text) => {
  writeFileSync(file, text)
  expect(readEffectiveSettings(file)).toBe(null)
})

it('are none without a file', () => expect(readEffectiveSettings(file)).toBe(null))
