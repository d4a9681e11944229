import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { canMount, Tmpfs } from '../../../testing/disk/tmpfs'
import { temporaryFolder } from '../../main/records/jobs/testing/temporary-folder'
import { RotatedFile, type RotatedFileOptions } from './rotated-file'

const mountable = await canMount()
const why = mountable.ok ? '' : ` (NOT RUN: ${mountable.reason})`

function open(folder: string, over: Partial<RotatedFileOptions> = {}) {
  const path = join(folder, 'monitor.jsonl')
  const changes: [boolean, number][] = []
  const file = new RotatedFile({
    path,
    maxBytes: 1_000_000,
    maxFiles: 3,
    now: Date.now,
    lostLine: (count) => `lost ${count}`,
    onChange: (reason, lost) => changes.push([reason === null, lost]),
    ...over,
  })
  onTestFinished(() => file.close())
  const lines = (name = 'monitor.jsonl') => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1)
  return { file, path, lines, changes }
}

describe('a rotated file', () => {
  it('takes lines, for its owner alone, also behind those of an earlier run', () => {
    const folder = join(temporaryFolder(), 'logs')
    const first = open(folder)
    first.file.append('a')
    first.file.close()
    const { file, lines, path } = open(folder)
    file.append('ü')
    expect(lines()).toEqual(['a', 'ü'])
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it('keeps so many files of so many bytes, the newest lines in the one without a number', () => {
    const folder = temporaryFolder()
    const { file, lines } = open(folder, { maxBytes: 10 })
    for (let n = 0; n < 10; n++) file.append(`${n}`.repeat(4))
    expect(readdirSync(folder).sort()).toEqual(['monitor.1.jsonl', 'monitor.2.jsonl', 'monitor.jsonl'])
    expect(lines()).toEqual(['8888', '9999'])
    expect(lines('monitor.1.jsonl')).toEqual(['6666', '7777'])
    expect(lines('monitor.2.jsonl')).toEqual(['4444', '5555'])
    file.append('long'.repeat(100))
    expect(lines()).toEqual(['long'.repeat(100)])
  })

  it('takes many lines in one write, and counts each of them when they are lost', () => {
    const folder = temporaryFolder()
    const { file, lines, changes, path } = open(folder)
    file.append('a', 'b')
    expect(lines()).toEqual(['a', 'b'])
    rmSync(path)
    mkdirSync(path)
    file.append('c', 'd', 'e')
    rmSync(path, { recursive: true })
    file.append('f')
    expect(lines()).toEqual(['lost 3', 'f'])
    expect(changes).toEqual([
      [false, 3],
      [true, 3],
    ])
  })

  it('keeps a single file when told so', () => {
    const folder = temporaryFolder()
    const { file, lines } = open(folder, { maxBytes: 10, maxFiles: 1 })
    for (const line of ['aaaa', 'bbbb', 'cccc']) file.append(line)
    expect(readdirSync(folder)).toEqual(['monitor.jsonl'])
    expect(lines()).toEqual(['cccc'])
  })

  it('goes on when the file, or its folder, is deleted or moved under it', () => {
    const folder = join(temporaryFolder(), 'logs')
    const { file, path, lines, changes } = open(folder)
    file.append('a')
    renameSync(path, `${path}.old`)
    file.append('b')
    expect(lines()).toEqual(['b'])
    rmSync(folder, { recursive: true })
    file.append('c')
    expect(lines()).toEqual(['c'])
    expect(changes).toEqual([])
  })

  it('ends the half line of a crash before it writes the next one', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'monitor.jsonl'), 'whole\nhal')
    const { file, lines } = open(folder)
    file.append('a')
    appendFileSync(join(folder, 'monitor.jsonl'), 'half again')
    file.append('b')
    expect(lines()).toEqual(['whole', 'hal', 'a', 'half again', 'b'])
  })

  it.each<[string, (path: string) => void]>([
    ['a folder', (path) => mkdirSync(join(path, 'x'), { recursive: true })],
    ['a link that leads nowhere', (path) => symlinkSync(join(dirname(path), 'no folder', 'x'), path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ])('sets aside what stands in its place, or in that of an older one: %s', (_what, make) => {
    for (const name of ['monitor.jsonl', 'monitor.1.jsonl', 'monitor.2.jsonl']) {
      const folder = temporaryFolder()
      const moved: string[] = []
      const { file, lines, changes } = open(folder, { maxBytes: 5, onSetAside: (to) => moved.push(to) })
      make(join(folder, name))
      for (const line of ['aaaa', 'bbbb', 'cccc']) file.append(line)
      expect([lines(), lines('monitor.1.jsonl'), lines('monitor.2.jsonl')]).toEqual([
        ['cccc'],
        ['bbbb'],
        ['aaaa'],
      ])
      expect(changes).toEqual([])
      expect(moved).toEqual([expect.stringContaining(`${name}.damaged-`)])
      expect(lstatSync(moved[0] ?? '')).toBeDefined()
    }
  })

  it('writes through a link to a file', () => {
    const folder = temporaryFolder()
    const { file, path } = open(folder)
    writeFileSync(join(folder, 'elsewhere'), '')
    symlinkSync(join(folder, 'elsewhere'), path)
    file.append('a')
    expect(readFileSync(join(folder, 'elsewhere'), 'utf8')).toBe('a\n')
  })

  it('drops lines while there is no folder for it, complains once, and says how many were lost', () => {
    const parent = join(temporaryFolder(), 'data')
    writeFileSync(parent, 'a file of that name')
    const folder = join(parent, 'logs')
    const { file, lines, changes } = open(folder)
    for (let n = 0; n < 5; n++) expect(() => file.append('a')).not.toThrow()
    expect(changes).toEqual([[false, 1]])
    rmSync(parent)
    file.append('b')
    file.append('c')
    expect(lines()).toEqual(['lost 5', 'b', 'c'])
    expect(changes).toEqual([
      [false, 1],
      [true, 5],
    ])
  })

  it.skipIf(!mountable.ok)(`loses only the lines that do not fit on a full disk${why}`, async () => {
    const disk = await Tmpfs.mount(256 << 10)
    onTestFinished(() => disk.unmount())
    const { file, lines, changes } = open(disk.path)
    onTestFinished(() => file.close())
    file.append('first')
    await disk.fill()
    const line = (n: number) => `${n} ${'x'.repeat(998)}`
    for (let n = 0; n < 20; n++) file.append(line(n))
    await disk.free()
    file.append('last')
    const [first, ...rest] = lines()
    const kept = rest.slice(0, -2)
    expect(first).toBe('first')
    expect(kept).toEqual(kept.map((_, n) => line(n)))
    expect(rest.slice(-2)).toEqual([`lost ${20 - kept.length}`, 'last'])
    expect(changes).toEqual([
      [false, 1],
      [true, 20 - kept.length],
    ])
    expect(existsSync(join(disk.path, 'monitor.1.jsonl'))).toBe(false)
  })

  it.skipIf(!mountable.ok)(`waits for a read-only disk${why}`, async () => {
    const disk = await Tmpfs.mount(256 << 10)
    onTestFinished(() => disk.unmount())
    const { file, lines, changes } = open(disk.path)
    onTestFinished(() => file.close())
    await disk.remount('ro')
    file.append('a')
    await disk.remount('rw')
    file.append('b')
    expect(lines()).toEqual(['lost 1', 'b'])
    expect(changes).toEqual([
      [false, 1],
      [true, 1],
    ])
  })
})
