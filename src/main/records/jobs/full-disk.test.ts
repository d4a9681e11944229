import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { canMount, Tmpfs } from '../../../../testing/disk/tmpfs'
import { captureLog } from '../../../../testing/log/capture-log'
import { JobRecords } from './job-records'
import { Journal } from './journal'
import { toFailedJob } from './open-job'
import { readJobs } from './read-only'
import { electronStore } from './testing/outside-electron'
import { failedEntry, ids, OOM, openJob, started, T0 } from './testing/samples'

const mountable = await canMount()
const why = mountable.ok ? '' : ` (NOT RUN: ${mountable.reason})`
const openFile = await electronStore()
let runs = 0

async function smallDisk(bytes: number): Promise<Tmpfs> {
  const disk = await Tmpfs.mount(bytes)
  onTestFinished(() => disk.unmount())
  return disk
}

function openJournal(folder: string) {
  const { log, troubles, lines } = captureLog()
  let at = T0
  const journal = Journal.read({ folder, keep: 1000, log, now: () => (at += 10_000) })
  onTestFinished(() => journal.stop())
  journal.start([])
  return { journal, troubles, lines }
}

function openRecords(dataFolder: string) {
  const { log, troubles, lines } = captureLog()
  const run = runs++
  let n = 0
  const records = JobRecords.open({
    dataFolder,
    keep: 1000,
    log,
    now: Date.now,
    openFile,
    newId: () => `id-${run}-${n++}`,
  })
  onTestFinished(() => records.stop())
  return { records, troubles, lines }
}

describe.skipIf(!mountable.ok)(`a full disk${why}`, { timeout: 30_000 }, () => {
  it('still takes the records of a death, out of the reserve', async () => {
    const disk = await smallDisk(4 << 20)
    const folder = join(disk.path, 'journal')
    const { journal, troubles } = openJournal(folder)
    expect(statSync(join(folder, 'reserve')).size).toBe(256 * 1024)
    await disk.fill()
    const batches = 10
    for (let batch = 0; batch < batches; batch++) {
      const entries = Array.from({ length: 20 }, (_, n) => failedEntry(batch * 20 + n))
      expect(journal.append(entries, true), `batch ${batch}`).toBe(true)
    }
    expect(troubles()).toEqual([])
    expect(readJobs(disk.path).jobs).toHaveLength(batches * 20)
    await disk.free()
    journal.maintain()
    expect(statSync(join(folder, 'reserve')).size).toBe(256 * 1024)
  })

  it('keeps what does not fit in memory, says so once, and writes it when there is room', async () => {
    const disk = await smallDisk(1 << 20)
    const folder = join(disk.path, 'journal')
    const { journal, troubles, lines } = openJournal(folder)
    await disk.fill()
    const acknowledged = new Set<string>()
    for (let n = 0; n < 1000; n++)
      if (journal.append([failedEntry(n)], n % 2 === 0)) acknowledged.add(`record-${n}`)
    journal.append([{ type: 'job-started', at: T0, job: openJob(1) }], false)
    expect(journal.durable).toBe(false)
    expect(acknowledged.size).toBeLessThan(1000)
    expect(troubles().map(({ message }) => message)).toEqual([expect.stringContaining('stay in memory')])
    const onDisk = new Set(ids(readJobs(disk.path).jobs))
    for (const id of acknowledged) expect(onDisk).toContain(id)
    expect(readJobs(disk.path).problems).toEqual([])

    await disk.free()
    journal.maintain()
    expect(journal.durable).toBe(true)
    expect(lines.at(-1)?.message).toContain('can be written again')
    expect(ids(readJobs(disk.path).jobs)).toHaveLength(1000)
    expect(readJobs(disk.path).open).toHaveLength(1)
    expect(readJobs(disk.path).problems).toEqual([])
  })

  it('can be full when the app starts: the last segment is written on', async () => {
    const disk = await smallDisk(4 << 20)
    const folder = join(disk.path, 'journal')
    const first = openJournal(folder)
    first.journal.append([{ type: 'job-started', at: T0, job: openJob(1) }, failedEntry(1)], true)
    first.journal.stop()
    await disk.fill()
    const { records, troubles } = openRecords(disk.path)
    expect(records.durable).toBe(true)
    expect(records.recovered.map(({ jobId, cause }) => [jobId, cause])).toEqual([['job-1', 'app-killed']])
    expect(readJobs(disk.path).jobs.map(({ jobId }) => jobId)).toEqual(['job-1', 'job-1'])
    expect(readJobs(disk.path).open).toEqual([])
    expect(troubles().map(({ message }) => message)).toEqual([expect.stringContaining('app was killed')])
  })

  it('never costs the failed-jobs.json that is there', async () => {
    const disk = await smallDisk(4 << 20)
    const path = join(disk.path, 'failed-jobs.json')
    const { records, troubles, lines } = openRecords(disk.path)
    for (let key = 0; key < 50; key++) records.jobStarted(1, started(key))
    records.backendDied(1, OOM)
    expect(records.flush()).toBe(true)
    const before = readFileSync(path, 'utf8')
    await disk.fill({ leave: 8192 })
    for (let key = 0; key < 50; key++) records.jobStarted(2, started(key))
    records.backendDied(2, OOM)
    expect(records.flush()).toBe(false)
    expect(records.durable).toBe(true)
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(troubles().map(({ message }) => message)).toEqual([
      expect.stringContaining('journal cannot be written'),
      expect.stringContaining('will be rebuilt from the journal'),
    ])
    await disk.free()
    expect(records.flush()).toBe(true)
    expect(JSON.parse(readFileSync(path, 'utf8')).jobs).toEqual(records.list())
    expect(lines.at(-1)?.message).toContain('can be written again')
  })

  it('is told from the size when electron-store reports success for half a file', async () => {
    const disk = await smallDisk(256 << 10)
    const file = openFile(join(disk.path, 'failed-jobs.json'))
    await disk.fill({ leave: 16_384 })
    const records = Array.from({ length: 40 }, (_, key) => toFailedJob(openJob(key), OOM, `id-${key}`))
    expect(() => file.write(records)).toThrow(/bytes were written/)
  })
})

describe.skipIf(!mountable.ok)(`a read-only disk${why}`, () => {
  it('is written once it can be, and never blocks', async () => {
    const disk = await smallDisk(4 << 20)
    const first = openRecords(disk.path)
    first.records.jobStarted(1, started(1))
    first.records.backendDied(1, OOM)
    first.records.stop()
    await disk.remount('ro')
    const startedAt = performance.now()
    const { records, troubles } = openRecords(disk.path)
    records.jobStarted(1, started(2))
    expect(records.backendDied(1, OOM)).toHaveLength(1)
    expect(records.flush()).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(records.durable).toBe(false)
    expect(records.list()).toHaveLength(2)
    expect(troubles().map(({ fields }) => fields.error)).toEqual([
      expect.stringContaining('EROFS'),
      expect.stringContaining('EROFS'),
    ])
    await disk.remount('rw')
    expect(records.flush()).toBe(true)
    expect(readJobs(disk.path).jobs).toEqual(records.list())
    expect(JSON.parse(readFileSync(join(disk.path, 'failed-jobs.json'), 'utf8')).jobs).toEqual(records.list())
  })
})
