import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ReplacedFiles } from './replaced-files'

let folder: string
let archive: string
let program: string
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'replaced-'))
  archive = path.join(folder, 'app.asar')
  program = path.join(folder, 'studio')
  fs.writeFileSync(archive, 'archive')
  fs.writeFileSync(program, 'program')
})
afterEach(() => fs.rmSync(folder, { recursive: true }))

it('finds nothing where nothing has changed, and where a file was only touched', () => {
  const files = new ReplacedFiles([program, archive])
  expect(files.find()).toBeNull()
  fs.utimesSync(archive, 1, 1)
  fs.chmodSync(archive, 0o600)
  expect(files.find()).toBeNull()
})

it('finds a file that another of the same size was put in the place of, as a package manager does', () => {
  const files = new ReplacedFiles([program, archive])
  fs.writeFileSync(`${archive}.new`, 'ARCHIVE')
  fs.renameSync(`${archive}.new`, archive)
  expect(files.find()).toBe(archive)
})

it('finds one that was written over, and one that is gone', () => {
  const files = new ReplacedFiles([program, archive])
  fs.writeFileSync(archive, 'a longer archive')
  expect(files.find()).toBe(archive)
  fs.rmSync(program)
  expect(files.find()).toBe(program)
})

it('knows nothing of folders, and of what was not there', () => {
  const files = new ReplacedFiles([folder, path.join(folder, 'none')])
  fs.writeFileSync(path.join(folder, 'none'), '')
  expect(files.find()).toBeNull()
})
