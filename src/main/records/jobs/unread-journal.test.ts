import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { JobRecords } from './job-records'
import { readSettledJournal } from './journal-folder'
import { electronStore } from './testing/outside-electron'
import { OOM, started, T0 } from './testing/samples'
import { temporaryFolder } from './testing/temporary-folder'

/**
 * Files or folders, by a pattern of their paths, that the system fails to read for a moment, which root
 * cannot bring about.
 */
const { refused } = vi.hoisted(() => ({ refused: { pattern: null as RegExp | null } }))
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof fs>()
  const refusing =
    <Args extends unknown[], Result>(call: (...args: Args) => Result) =>
    (...args: Args): Result => {
      if (refused.pattern?.test(String(args[0])))
        throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })
      return call(...args)
    }
  return { ...real, readFileSync: refusing(real.readFileSync), readdirSync: refusing(real.readdirSync) }
})

const openFile = await electronStore()
beforeEach(() => void vi.useFakeTimers({ now: T0 }))
afterEach(() => {
  refused.pattern = null
  vi.useRealTimers()
})

function open(dataFolder: string) {
  const { log, troubles } = captureLog()
  const records = JobRecords.open({ dataFolder, keep: 100, log, now: Date.now, openFile })
  onTestFinished(() => records.stop())
  return { records, said: () => troubles().map(({ message }) => message) }
}

const jobs = (records: JobRecords) => records.list().map(({ jobId, cause }) => `${jobId} ${cause}`)
const tick = () => vi.advanceTimersByTime(5_000)

it.each([
  ['a segment', /journal.\d+\.jsonl$/],
  ['the folder', /journal$/],
])('what could not be read at the start is taken in when it can be: %s', (_what, pattern) => {
  const dataFolder = temporaryFolder()
  const killed = open(dataFolder).records
  killed.jobStarted(1, started(1, { id: 'died' }))
  killed.backendDied(1, OOM)
  killed.jobStarted(2, started(1, { id: 'killed' }))
  killed.flush()
  fs.rmSync(join(dataFolder, 'failed-jobs.json'))

  refused.pattern = pattern
  const { records, said } = open(dataFolder)
  // It has the same id as the one that the killed app left open.
  records.jobStarted(2, started(1, { id: 'new' }))
  tick()
  expect(jobs(records)).toEqual([])
  refused.pattern = null
  for (let n = 0; n < 3; n++) tick()
  expect(jobs(records).toSorted()).toEqual(['died heap-out-of-memory', 'killed app-killed'])
  expect(records.open().map(({ id }) => id)).toEqual(['new'])
  expect(said()).toContain('part of the job journal could not be read at the start and now can: took it in')

  const { segments, state } = readSettledJournal(join(dataFolder, 'journal'))
  expect(segments).toHaveLength(1)
  expect([...state.failed.values()].map(({ jobId }) => jobId).toSorted()).toEqual(['died', 'killed'])
  expect([...state.open.values()].map(({ id }) => id)).toEqual(['new'])
})

it('what can be read at no time stays where it is, with one line', () => {
  const dataFolder = temporaryFolder()
  open(dataFolder).records.flush()
  refused.pattern = /00000001\.jsonl$/
  const { said } = open(dataFolder)
  for (let n = 0; n < 20; n++) tick()
  expect(fs.existsSync(join(dataFolder, 'journal/00000001.jsonl'))).toBe(true)
  expect(said()).toEqual([expect.stringContaining('cannot be read now')])
})
