import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restrictFolderToOwner, restrictToOwner } from './restrict-to-owner'

let root: string
let file: string
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'close-file-'))
  file = path.join(root, 'settings.json')
  fs.writeFileSync(file, '{}')
})
afterEach(() => fs.rmSync(root, { recursive: true }))

const modeOf = (name: string) => fs.statSync(name).mode & 0o777

describe.skipIf(process.platform === 'win32')('a settings file', () => {
  it.each([
    [0o644, 0o600],
    [0o640, 0o600],
    [0o666, 0o666],
    [0o620, 0o620],
    [0o440, 0o400],
    [0o600, 0o600],
  ])('of mode %o is %o then', (before, after) => {
    fs.chmodSync(file, before)
    restrictToOwner(file)
    expect(modeOf(file)).toBe(after)
    expect(fs.readFileSync(file, 'utf8')).toBe('{}')
  })

  it('that belongs to somebody else stays as it is', () => {
    fs.chmodSync(file, 0o644)
    restrictToOwner(file, (process.getuid?.() ?? 0) + 1)
    expect(modeOf(file)).toBe(0o644)
  })

  it('that is a link stays as it is, and so does what it leads to', () => {
    fs.chmodSync(file, 0o644)
    const link = path.join(root, 'link.json')
    fs.symlinkSync(file, link)
    restrictToOwner(link)
    expect(modeOf(file)).toBe(0o644)
  })

  it('that is not there, or is a folder, is nothing to it', () => {
    fs.chmodSync(root, 0o755)
    for (const name of ['none.json', '.']) restrictToOwner(path.join(root, name))
    expect(modeOf(root)).toBe(0o755)
  })

  it('lies in a folder that is private then too, which a link is not', () => {
    fs.chmodSync(root, 0o755)
    const link = `${root}-link`
    fs.symlinkSync(root, link)
    for (const name of [link, file, 'none']) restrictFolderToOwner(name)
    fs.unlinkSync(link)
    expect([modeOf(root), modeOf(file)]).toEqual([0o755, 0o644])
    restrictFolderToOwner(root)
    expect(modeOf(root)).toBe(0o700)
  })
})
