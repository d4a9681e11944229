import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { missingBackend } from './settings.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'resources-'))
  writeFileSync(path.join(folder, 'backend.js'), '')
})
afterEach(() => rmSync(folder, { recursive: true }))

test.each([
  ['{}', /names no STUDIO_BACKEND_ENTRY .* exit code 2/],
  ['{ "STUDIO_BACKEND_ENTRY": "" }', /names no STUDIO_BACKEND_ENTRY/],
  ['{ "STUDIO_BACKEND_ENTRY": "other.js" }', /not there: other\.js/],
  ['{', /cannot be read/],
  ['null', /names no STUDIO_BACKEND_ENTRY/],
])('an installer with the settings %s is told of', (settings, told) => {
  writeFileSync(path.join(folder, 'studio-monitor.json'), settings)
  expect(missingBackend(folder)).toMatch(told)
})

test.each([
  '{ "STUDIO_BACKEND_ENTRY": "backend.js" }',
  '{ "STUDIO_ENGINE_COMMAND": ["python3", "main.py"] }',
])('nothing is said of %s', (settings) => {
  writeFileSync(path.join(folder, 'studio-monitor.json'), settings)
  expect(missingBackend(folder)).toBeNull()
})
