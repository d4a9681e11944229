import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { times } from '../../../../testing/form/form'
import { captureLog } from '../../../../testing/log/capture-log'
import { Journal } from './journal'
import { encodeLine } from './journal-format'
import { failedEntry, ids, openJob, T0 } from './testing/samples'
import { temporaryFolder } from './testing/temporary-folder'

function openJournal(folder: string, over: { keep?: number; compactAfterBytes?: number } = {}) {
  const { log, troubles, lines } = captureLog()
  const journal = Journal.read({ folder, keep: 1000, log, now: () => T0, ...over })
  journal.start([])
  return { journal, troubles, lines }
}

const failedIds = (folder: string) => ids(openJournal(folder).journal.state.failed.values())
const recordIds = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => `record-${from + i}`)
const segmentsIn = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
const asideIn = (folder: string) => readdirSync(folder).filter((name) => name.includes('.damaged-'))

describe('the journal', { timeout: 30_000 }, () => {
  it('has everything again when it is opened again', () => {
    const folder = join(temporaryFolder(), 'journal')
    const { journal, troubles } = openJournal(folder)
    expect(journal.append([{ type: 'job-started', at: T0, job: openJob(1) }], false)).toBe(true)
    for (let n = 0; n < 20; n++) expect(journal.append([failedEntry(n)], true)).toBe(true)
    journal.append([{ type: 'reported', at: T0, ids: ['record-3'] }], false)
    const again = openJournal(folder).journal
    expect(again.state).toEqual(journal.state)
    expect(again.state.failed.get('record-3')?.reported).toBe(true)
    expect(troubles()).toEqual([])
    if (process.platform !== 'win32') {
      expect(statSync(folder).mode & 0o777).toBe(0o700)
      for (const name of readdirSync(folder))
        expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600)
    }
  })

  it('passes over a last line that a crash cut off, and writes on behind it', () => {
    const folder = temporaryFolder()
    openJournal(folder).journal.append([failedEntry(1), failedEntry(2)], true)
    const path = join(folder, segmentsIn(folder)[0] ?? '')
    truncateSync(path, statSync(path).size - 30)
    const { journal, troubles } = openJournal(folder)
    journal.append([failedEntry(3)], true)
    expect(troubles()).toEqual([])
    expect(asideIn(folder)).toEqual([])
    expect(failedIds(folder)).toEqual(['record-1', 'record-3'])
  })

  it('keeps the good lines of a damaged segment and sets the file aside, for bits flipped anywhere', () => {
    const original = temporaryFolder()
    openJournal(original).journal.append(
      Array.from({ length: 10 }, (_, n) => failedEntry(n)),
      true,
    )
    const name = segmentsIn(original)[0] ?? ''
    const bytes = readFileSync(join(original, name))
    for (let n = 0; n < times(15, 60); n++) {
      const folder = temporaryFolder()
      const bit = (n * 7919 * 13) % (bytes.length * 8)
      const damaged = Buffer.from(bytes)
      damaged.writeUInt8((damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3)
      writeFileSync(join(folder, name), damaged)
      const { journal, troubles } = openJournal(folder)
      const kept = ids(journal.state.failed.values())
      expect(kept.length, `bit ${bit}`).toBeGreaterThanOrEqual(9)
      expect(troubles().map(({ message }) => message)).toEqual([expect.stringContaining('unreadable lines')])
      expect(troubles()[0]?.fields.unreadable).toBeGreaterThan(0)
      const [aside] = asideIn(folder)
      expect(readFileSync(join(folder, aside ?? ''))).toEqual(damaged)
      expect(failedIds(folder)).toEqual(kept)
      expect(asideIn(folder)).toHaveLength(1)
    }
  })

  it.each<[string, (path: string) => void]>([
    ['a folder', (path) => mkdirSync(path)],
    ['a file of 100 MB', (path) => writeFileSync(path, Buffer.alloc(100_000_000))],
    ['a link that leads nowhere', (path) => symlinkSync('/nowhere', path)],
    ['a program', (path) => writeFileSync(path, readFileSync(process.execPath).subarray(0, 1_000_000))],
    ['other JSON lines', (path) => writeFileSync(path, '{"a":1}\n{"b":2}\n')],
  ])('sets aside what is no segment: %s', (_what, make) => {
    const folder = temporaryFolder()
    openJournal(folder).journal.append([failedEntry(1)], true)
    make(join(folder, '00000007.jsonl'))
    const { journal, troubles } = openJournal(folder)
    expect(ids(journal.state.failed.values())).toEqual(['record-1'])
    expect(troubles()).toHaveLength(1)
    expect(asideIn(folder)).toHaveLength(1)
    expect(openJournal(folder).troubles()).toEqual([])
    expect(failedIds(folder)).toEqual(['record-1'])
  })

  it('sets aside a file that stands where its folder belongs', () => {
    const folder = join(temporaryFolder(), 'journal')
    writeFileSync(folder, 'not a folder')
    const { journal, troubles } = openJournal(folder)
    expect(journal.append([failedEntry(1)], true)).toBe(true)
    expect(troubles()).toHaveLength(1)
    expect(failedIds(folder)).toEqual(['record-1'])
  })

  it('leaves the journal of a newer version untouched and keeps its own records in memory', () => {
    const folder = temporaryFolder()
    const text = encodeLine({ type: 'segment', at: T0, schema: 2 }) + encodeLine({ type: 'new', at: T0 })
    writeFileSync(join(folder, '00000004.jsonl'), text)
    const { journal, troubles } = openJournal(folder)
    expect(journal.append([failedEntry(1)], true)).toBe(false)
    journal.maintain()
    journal.stop()
    expect(journal.durable).toBe(false)
    expect(ids(journal.state.failed.values())).toEqual(['record-1'])
    expect(readdirSync(folder)).toEqual(['00000004.jsonl'])
    expect(readFileSync(join(folder, '00000004.jsonl'), 'utf8')).toBe(text)
    expect(troubles().map(({ message }) => message)).toEqual([expect.stringContaining('newer version')])
  })

  it('starts a new segment when one grows large and keeps no more than it should', () => {
    const folder = temporaryFolder()
    const { journal } = openJournal(folder, { keep: 5, compactAfterBytes: 4_000 })
    for (let n = 0; n < 200; n++) journal.append([failedEntry(n)], false)
    expect(segmentsIn(folder)).toHaveLength(1)
    expect(segmentsIn(folder)[0]).not.toBe('00000001.jsonl')
    expect(statSync(join(folder, segmentsIn(folder)[0] ?? '')).size).toBeLessThan(10_000)
    expect(ids(journal.state.failed.values())).toEqual(recordIds(195, 200))
    expect(failedIds(folder).slice(-5)).toEqual(recordIds(195, 200))
  })

  it('loses nothing whichever step of a compaction was the last before a crash', () => {
    const folder = temporaryFolder()
    const { journal } = openJournal(folder)
    journal.append(
      Array.from({ length: 5 }, (_, n) => failedEntry(n)),
      true,
    )
    const before = temporaryFolder()
    cpSync(folder, before, { recursive: true })
    const old = segmentsIn(before)[0] ?? ''
    journal.stop()
    Journal.read({ folder, keep: 1000, log: captureLog().log, now: () => T0 }).start([failedEntry(5)])
    const fresh = segmentsIn(folder)[0] ?? ''
    const bytes = readFileSync(join(folder, fresh))
    expect(fresh).not.toBe(old)
    const steps: Record<string, [(folder: string) => void, string[]]> = {
      'half a temporary file': [
        (at) => writeFileSync(join(at, `${fresh}.tmp-1234567890abcdef`), bytes.subarray(0, 900)),
        recordIds(0, 5),
      ],
      'the whole temporary file': [
        (at) => writeFileSync(join(at, `${fresh}.tmp-1234567890abcdef`), bytes),
        recordIds(0, 5),
      ],
      'renamed, the old one there': [(at) => writeFileSync(join(at, fresh), bytes), recordIds(0, 6)],
      'the old one gone': [
        (at) => {
          writeFileSync(join(at, fresh), bytes)
          rmSync(join(at, old))
        },
        recordIds(0, 6),
      ],
    }
    for (const [step, [make, expected]] of Object.entries(steps)) {
      const at = temporaryFolder()
      cpSync(before, at, { recursive: true })
      make(at)
      expect(failedIds(at), step).toEqual(expected)
      expect(readdirSync(at).sort(), step).toEqual([...segmentsIn(at), 'reserve'])
      expect(segmentsIn(at), step).toHaveLength(1)
    }
  })

  it('writes everything again when its folder was deleted or moved away while it ran', () => {
    const folder = join(temporaryFolder(), 'journal')
    const { journal } = openJournal(folder)
    journal.append([failedEntry(1)], true)
    rmSync(folder, { recursive: true })
    expect(journal.append([failedEntry(2)], true)).toBe(true)
    renameSync(folder, `${folder}-moved`)
    expect(journal.append([failedEntry(3)], true)).toBe(true)
    expect(failedIds(folder)).toEqual(recordIds(1, 4))
  })

  it.each([0, 500])('writes everything again when its segment was cut to %i bytes while it ran', (bytes) => {
    const folder = temporaryFolder()
    const { journal, troubles } = openJournal(folder)
    journal.append([{ type: 'job-started', at: T0, job: openJob(1) }, failedEntry(1)], true)
    truncateSync(join(folder, segmentsIn(folder)[0] ?? ''), bytes)
    expect(journal.append([failedEntry(2)], true)).toBe(true)
    expect(troubles()).toEqual([])
    const again = openJournal(folder)
    expect(ids(again.journal.state.failed.values())).toEqual(['record-1', 'record-2'])
    expect(again.journal.state.open.size).toBe(1)
    expect(again.troubles()).toEqual([])
  })

  it('unites what two writers wrote, should the lock against them ever fail', () => {
    const folder = temporaryFolder()
    const first = openJournal(folder).journal
    first.append([failedEntry(1)], true)
    const second = Journal.read({ folder, keep: 1000, log: captureLog().log, now: () => T0 })
    first.append([failedEntry(2)], true)
    second.start([failedEntry(3)])
    first.append([failedEntry(4)], true)
    second.append([failedEntry(5)], true)
    expect(failedIds(folder)).toEqual(recordIds(1, 6))
  })

  it('counts a line that another writer left half as damaged, not the ones around it', () => {
    const folder = temporaryFolder()
    const { journal } = openJournal(folder)
    journal.append([failedEntry(1)], true)
    appendFileSync(join(folder, segmentsIn(folder)[0] ?? ''), '{"crc32":"0000')
    journal.append([failedEntry(2)], true)
    const { troubles } = openJournal(folder)
    expect(troubles()[0]?.fields.unreadable).toBe(1)
    expect(failedIds(folder)).toEqual(['record-1', 'record-2'])
  })
})
