import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { JobRecords } from './job-records'
import { encodeLine } from './journal-format'
import { readJobs } from './read-only'
import { electronStore } from './testing/outside-electron'
import { temporaryFolder } from './testing/temporary-folder'

const openFile = await electronStore()

// Written by the first version, before jobs had a queue: literal, because samples follow the code.
const OPEN = {
  generation: 1,
  key: 4,
  id: 'open-one',
  name: null,
  kind: 'prompt',
  startedAt: 1_767_323_050_000,
  progress: 0.25,
  traceId: '6a1f0b2c00000000aabbccddeeff0011',
  spanId: '42',
}
const FAILED = {
  schema: 1,
  id: 'record-1',
  jobId: 'failed-one',
  name: 'poster',
  kind: 'prompt',
  startedAt: '2026-01-02T03:04:05.000Z',
  failedAt: '2026-01-02T03:04:07.000Z',
  durationMs: 2_000,
  progress: 0.29,
  cause: 'heap-out-of-memory',
  oom: true,
  incidentId: '20260102-030407-3f9a',
  error: null,
  traceId: '6a1f0b2c00000000aabbccddeeff0022',
  spanId: '43',
  reported: true,
}
const OTHER = { ...FAILED, id: 'record-2', jobId: 'only-in-the-view', reported: false }
/** The fields that are filled in for open jobs too. */
const FILLED_IN = { state: 'running', queuedAt: null, parentId: null, runtimeId: null, version: null }

it('journals and lists of failed jobs of the first version are read, and their jobs ran', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'journal'))
  const at = 1_767_323_060_000
  const lines = [
    { type: 'segment', at, schema: 1 },
    { type: 'snapshot', at },
    { type: 'job-failed', at, record: FAILED, closes: { generation: 1, key: 3 } },
    { type: 'job-started', at, job: OPEN },
  ]
  writeFileSync(join(folder, 'journal', '00000001.jsonl'), lines.map(encodeLine).join(''))
  const view = join(folder, 'failed-jobs.json')
  writeFileSync(view, JSON.stringify({ jobs: [FAILED, OTHER] }, undefined, '\t'))
  const known = [
    { ...FAILED, ...FILLED_IN, stack: null },
    { ...OTHER, ...FILLED_IN, stack: null },
  ]
  expect(readJobs(folder)).toEqual({ jobs: known, open: [{ ...OPEN, ...FILLED_IN }], problems: [] })

  const { log, troubles } = captureLog()
  const records = JobRecords.open({
    dataFolder: folder,
    keep: 10,
    log,
    now: () => at,
    openFile,
    newId: () => 'new',
  })
  onTestFinished(() => records.stop())
  const lost = { jobId: 'open-one', cause: 'app-killed', durationMs: 10_000, ...FILLED_IN }
  expect(records.list()).toEqual([...known, expect.objectContaining(lost)])
  expect(troubles().map(({ fields }) => fields)).toEqual([{ jobs: 1 }, { records: 1 }])
  expect(records.flush()).toBe(true)
  expect(JSON.parse(readFileSync(view, 'utf8')).jobs).toEqual(records.list())
})
