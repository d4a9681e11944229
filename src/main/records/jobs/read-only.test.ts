import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { Journal } from './journal'
import { readJobs } from './read-only'
import { bundleProgram } from './testing/child-program'
import { failedEntry, failedJob, ids, openJob, T0 } from './testing/samples'
import { temporaryFolder } from './testing/temporary-folder'

const journalIn = (dataFolder: string) => {
  const options = { folder: join(dataFolder, 'journal'), keep: 1000, log: captureLog().log, now: () => T0 }
  const journal = Journal.read(options)
  journal.start([])
  return journal
}

describe('reading from outside', { timeout: 30_000 }, () => {
  it('finds nothing where nothing is, and makes nothing', () => {
    const folder = temporaryFolder()
    expect(readJobs(folder)).toEqual({ jobs: [], open: [], problems: [] })
    expect(readJobs(join(folder, 'absent'))).toEqual({ jobs: [], open: [], problems: [] })
    expect(readdirSync(folder)).toEqual([])
  })

  it('finds what the journal and failed-jobs.json have between them, newest last', () => {
    const folder = temporaryFolder()
    const entries = [failedEntry(2), { type: 'job-started', at: T0, job: openJob(9) } as const]
    journalIn(folder).append(entries, true)
    writeFileSync(
      join(folder, 'failed-jobs.json'),
      JSON.stringify({ jobs: [failedJob(1), failedJob(2), failedJob(3)] }),
    )
    const { jobs, open, problems } = readJobs(folder)
    expect(ids(jobs)).toEqual(['record-1', 'record-2', 'record-3'])
    expect(open).toEqual([openJob(9)])
    expect(problems).toEqual([])
  })

  it('says what it could not read and leaves it as it is', () => {
    const folder = temporaryFolder()
    journalIn(folder).append([failedEntry(1)], true)
    writeFileSync(join(folder, 'journal', '00000005.jsonl'), 'garbage\n')
    mkdirSync(join(folder, 'journal', '00000006.jsonl'))
    writeFileSync(join(folder, 'failed-jobs.json'), '[')
    const before = readdirSync(folder, { recursive: true })
    const { jobs, problems } = readJobs(folder)
    expect(ids(jobs)).toEqual(['record-1'])
    expect(problems).toHaveLength(3)
    expect(readdirSync(folder, { recursive: true })).toEqual(before)
  })

  it('sees a whole picture at every moment while the app writes and compacts', async () => {
    const folder = temporaryFolder()
    const program = await bundleProgram('compacting-program', temporaryFolder())
    const worker = new Worker(program, { workerData: join(folder, 'journal') })
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    let writing = true
    ended.then(() => (writing = false))
    let seen = 0
    let reads = 0
    for (; writing; reads++) {
      const { jobs, problems } = readJobs(folder)
      expect(problems).toEqual([])
      expect(jobs.length).toBeGreaterThanOrEqual(seen)
      expect(ids(jobs)).toEqual(jobs.map((_, n) => `record-${n}`))
      seen = jobs.length
      await new Promise(setImmediate)
    }
    expect(reads).toBeGreaterThan(20)
    expect(readJobs(folder).jobs).toHaveLength(400)
    expect(statSync(join(folder, 'journal')).isDirectory()).toBe(true)
  })
})
