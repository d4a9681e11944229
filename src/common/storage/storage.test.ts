import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { canMount, Tmpfs } from '../../../testing/disk/tmpfs'
import { temporaryFolder } from '../../main/records/jobs/testing/temporary-folder'
import { removeOrphans, temporaryName, writeFileAtomic } from './atomic-file'
import { ensureFolder } from './data-folder'
import { setAside } from './set-aside'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const mountable = await canMount()
const why = mountable.ok ? '' : ` (NOT RUN: ${mountable.reason})`

describe('an atomic write', () => {
  it('replaces the file, for its owner alone, and leaves nothing beside it', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.json')
    writeFileSync(path, 'old', { mode: 0o644 })
    writeFileAtomic(path, 'näu')
    expect(readFileSync(path, 'utf8')).toBe('näu')
    expect(readdirSync(folder)).toEqual(['a.json'])
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('leaves everything as it was when it fails', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'a.json')
    mkdirSync(join(path, 'in-the-way'), { recursive: true })
    expect(() => writeFileAtomic(path, 'new')).toThrow()
    expect(readdirSync(folder)).toEqual(['a.json'])
    expect(() => writeFileAtomic(join(folder, 'absent', 'a.json'), 'new')).toThrow(/ENOENT/)
  })

  it.skipIf(!mountable.ok)(`leaves the old file whole on a full disk${why}`, async () => {
    const disk = await Tmpfs.mount(1 << 20)
    onTestFinished(() => disk.unmount())
    const path = join(disk.path, 'a.json')
    writeFileAtomic(path, 'old')
    await disk.fill({ leave: 4096 * 2 })
    expect(() => writeFileAtomic(path, 'x'.repeat(100_000))).toThrow(/ENOSPC/)
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(disk.path).sort()).toEqual(['a.json', 'filler'])
  })
})

describe('orphans', () => {
  it('are removed if they belong to the file asked for', () => {
    const folder = temporaryFolder()
    const mine = temporaryName(join(folder, 'a.json'))
    const other = temporaryName(join(folder, 'b.json'))
    for (const path of [mine, other]) writeFileSync(path, '')
    expect(removeOrphans(folder, (name) => name === 'a.json')).toBe(1)
    expect([existsSync(mine), existsSync(other)]).toEqual([false, true])
    expect(removeOrphans(join(folder, 'absent'), () => true)).toBe(0)
  })
})

describe('setting aside', () => {
  it('moves files, folders and links, and never over an earlier one', () => {
    const folder = temporaryFolder()
    const path = join(folder, 'x')
    const expected = ['', '-2', '-3'].map((suffix) => `${path}.damaged-20260102T030405Z${suffix}`)
    for (const make of [
      () => writeFileSync(path, 'a'),
      () => mkdirSync(path),
      () => symlinkSync('/nowhere', path),
    ]) {
      make()
      expect(setAside(path, NOW)).toBe(expected.shift())
    }
    expect(lstatSync(`${path}.damaged-20260102T030405Z-3`).isSymbolicLink()).toBe(true)
    expect(readFileSync(`${path}.damaged-20260102T030405Z`, 'utf8')).toBe('a')
    expect(readdirSync(folder)).toHaveLength(3)
  })
})

describe('a folder', () => {
  it('is made for its owner alone, with those above it', () => {
    const path = join(temporaryFolder(), 'a', 'b')
    expect(ensureFolder(path, NOW)).toBeNull()
    expect(ensureFolder(path, NOW)).toBeNull()
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o700)
  })

  it('takes the place of what stood there, and may be reached by a link', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), 'a')
    symlinkSync('/nowhere', join(folder, 'dangling'))
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    expect(ensureFolder(join(folder, 'file'), NOW)).toContain('file.damaged-')
    expect(ensureFolder(join(folder, 'dangling'), NOW)).toContain('dangling.damaged-')
    for (const [name, target] of [
      ['through-a-file', join(folder, 'whole', 'inside')],
      ['circle', 'circle'],
    ] as const) {
      writeFileSync(join(folder, 'whole'), '')
      symlinkSync(target, join(folder, name))
      expect(ensureFolder(join(folder, name), NOW)).toContain(`${name}.damaged-`)
    }
    expect(ensureFolder(join(folder, 'link'), NOW)).toBeNull()
  })
})
