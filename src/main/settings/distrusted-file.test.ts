import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { whyDistrusted } from './distrusted-file'
import { Problems } from './problems'
import { readSettingsFile } from './settings-file'
import { readSources } from './sources'

const isRoot = process.getuid?.() === 0

let root: string
let folder: string
let file: string
beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'distrusted-')))
  folder = path.join(root, 'folder')
  file = path.join(folder, 'settings.json')
  fs.mkdirSync(folder, { mode: 0o755 })
  fs.writeFileSync(file, '{"DD_ENV":"theirs"}', { mode: 0o644 })
})
afterEach(() => fs.rmSync(root, { recursive: true }))

describe.skipIf(process.platform === 'win32')('a settings file', () => {
  it.each([
    [0o600, 0o700, null],
    [0o644, 0o755, null],
    [0o400, 0o500, null],
    [0o664, 0o755, 'can be written by its group'],
    [0o620, 0o700, 'can be written by its group'],
    [0o646, 0o755, 'can be written by everybody'],
    [0o666, 0o700, 'can be written by everybody'],
    [0o644, 0o775, 'lies in FOLDER, which can be written by its group'],
    [0o600, 0o777, 'lies in FOLDER, which can be written by everybody'],
    // As /tmp is: nobody can replace the file there.
    [0o644, 0o1777, null],
    [0o666, 0o1777, 'can be written by everybody'],
  ])('of mode %o in a folder of mode %o', (mode, folderMode, why) => {
    fs.chmodSync(file, mode)
    fs.chmodSync(folder, folderMode)
    expect(whyDistrusted(file)).toBe(why?.replace('FOLDER', folder) ?? null)
  })

  it.runIf(isRoot)('of another user, or in the folder of one, counts for nobody else but for him', () => {
    fs.chownSync(file, 4711, 0)
    expect(whyDistrusted(file)).toBe('belongs to another user (uid 4711)')
    fs.chownSync(file, 0, 0)
    fs.chownSync(folder, 4711, 0)
    expect(whyDistrusted(file)).toBe(`lies in ${folder}, which belongs to another user (uid 4711)`)
    // A sticky folder's owner can replace what lies in it.
    fs.chmodSync(folder, 0o1777)
    expect(whyDistrusted(file)).toBe(`lies in ${folder}, which belongs to another user (uid 4711)`)
    fs.chownSync(file, 4711, 0)
    expect(whyDistrusted(file, 4711)).toBeNull()
    expect(whyDistrusted(file, 4712)).toBe('belongs to another user (uid 4711)')
  })

  it('of root counts for everybody', () => {
    if (fs.statSync(file).uid === 0) expect(whyDistrusted(file, 4711)).toBeNull()
    expect(whyDistrusted('/etc/passwd', 4711)).toBeNull()
  })

  it.each(['absolute', 'relative'])(
    'that an %s link leads to is judged where it is, and where the link is',
    (kind) => {
      const links = path.join(root, 'links')
      fs.mkdirSync(links, { mode: 0o755 })
      const link = path.join(links, 'settings.json')
      fs.symlinkSync(kind === 'absolute' ? file : '../folder/settings.json', link)
      expect(whyDistrusted(link)).toBeNull()
      fs.chmodSync(links, 0o777)
      expect(whyDistrusted(link)).toBe(`lies in ${links}, which can be written by everybody`)
      fs.chmodSync(links, 0o755)
      fs.chmodSync(folder, 0o777)
      expect(whyDistrusted(link)).toBe(`lies in ${folder}, which can be written by everybody`)
      fs.chmodSync(folder, 0o755)
      fs.chmodSync(file, 0o666)
      expect(whyDistrusted(link)).toBe('can be written by everybody')
    },
  )

  it('whose folder is a link is judged where it is', () => {
    const link = path.join(root, 'link')
    fs.symlinkSync(folder, link)
    fs.chmodSync(folder, 0o777)
    expect(whyDistrusted(path.join(link, 'settings.json'))).toBe(
      `lies in ${link}, which can be written by everybody`,
    )
  })

  it('that is not there, or leads in a circle, is nothing to it', () => {
    expect(whyDistrusted(path.join(root, 'none', 'settings.json'))).toBeNull()
    fs.rmSync(file)
    expect(whyDistrusted(file)).toBeNull()
    fs.symlinkSync(file, file)
    expect(whyDistrusted(file)).toBeNull()
  })

  it.each(['user', 'installer'])('of the %s that others can write is not obeyed, in one line', (kind) => {
    const name = kind === 'user' ? 'settings.json' : 'studio-monitor.json'
    const named = path.join(folder, name)
    fs.writeFileSync(named, '{"DD_ENV":"theirs","DD_API_KEY":"0123456789abcdef"}')
    fs.chmodSync(named, 0o666)
    const problems = new Problems()
    const read: string[] = []
    const sources = readSources(
      {
        env: {},
        dataFolder: kind === 'user' ? folder : path.join(root, 'data'),
        resourcesFolder: kind === 'user' ? path.join(root, 'resources') : folder,
        packageFile: null,
        options: undefined,
        readFile: (file) => {
          read.push(file)
          return readSettingsFile(file)
        },
      },
      problems,
    )
    expect(read).not.toContain(named)
    expect(sources.map(({ kind }) => kind)).toEqual(['environment'])
    expect(problems.lines()).toEqual([
      `${named} can be written by everybody; accepted: a file and folder of yours or root's that nobody else can write (chmod go-w); the file is ignored`,
    ])
  })
})

test('where there are no uids, as on Windows, nothing is asked', () => {
  fs.chmodSync(file, 0o666)
  expect(whyDistrusted(file, null)).toBeNull()
})
