import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { failedJob } from '../records/jobs/testing/samples'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { DIED, folderWithJobs, OLD, THREW } from './testing/job-samples'
import { run, writeFailedJobs } from './testing/run'

describe('the table', () => {
  it('fits 80 columns, but for whole ids', async () => {
    const { code, stdout, stderr } = await run(folderWithJobs(), ['jobs'])
    expect(stdout).toBe(`\
WHEN       JOB                                     RAN FOR  DONE  CAUSE, INCIDENT
1 min ago  Upscale portrait (image)                 900 ms  40 %  ran out of
           8f2c1b0e-3c6d-4a1f-9b7e-1234567890ab                   JavaScript heap
                                                                  20261123-201400-3f9a
2 min ago  肖像画の高解像度化 (image)               12.4 s        the job failed
           job-2                                                  TypeError: cannot
                                                                  read properties of…
2 d ago    train                                 1 h 2 min        killed from outside
           job-1                                                  (out of memory?)
                                                                  20261121-100000-aaaa
`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('uses the room of 120 columns', async () => {
    const { stdout } = await run(folderWithJobs(), ['jobs'], { columns: 120 })
    expect(stdout).toBe(`\
WHEN                     JOB                                     RAN FOR  DONE  CAUSE, INCIDENT
1 min ago                Upscale portrait (image)                 900 ms  40 %  ran out of JavaScript heap
2026-11-23 20:14:00 UTC  8f2c1b0e-3c6d-4a1f-9b7e-1234567890ab                   20261123-201400-3f9a
2 min ago                肖像画の高解像度化 (image)               12.4 s        the job failed
2026-11-23 20:13:00 UTC  job-2                                                  TypeError: cannot read properties of
                                                                                undefined (reading "width")
2 d ago                  train                                 1 h 2 min        killed from outside (out of memory?)
2026-11-21 10:00:00 UTC  job-1                                                  20261121-100000-aaaa
`)
  })

  it('is cut after 50 lines and says so', async () => {
    const folder = temporaryFolder()
    writeFailedJobs(
      folder,
      Array.from({ length: 60 }, (_, n) => failedJob(n)),
    )
    const { stdout } = await run(folder, ['jobs'])
    expect(stdout).toContain('job-59')
    expect(stdout).toContain('job-10 ')
    expect(stdout).not.toContain('job-9 ')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('50 of 60 shown: --limit 60 shows all.')
  })
})

it('a job that was lost while it waited is shown as such', async () => {
  const folder = temporaryFolder()
  writeFailedJobs(folder, [{ ...DIED, jobId: 'job-9', state: 'queued', durationMs: 0, progress: null }])
  const { stdout } = await run(folder, ['jobs'])
  expect(stdout).toBe(`\
WHEN       JOB                         RAN FOR  DONE  CAUSE, INCIDENT
1 min ago  Upscale portrait (image)  not begun        ran out of JavaScript
           job-9                                      heap, while the job waited
                                                      20261123-201400-3f9a
`)
})

describe('--json', () => {
  it('prints the records as they are on disk, newest first', async () => {
    const { code, stdout, stderr } = await run(folderWithJobs(), ['jobs', '--json'])
    expect(JSON.parse(stdout)).toEqual([DIED, THREW, OLD])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('prints all of many', async () => {
    const folder = temporaryFolder()
    writeFailedJobs(
      folder,
      Array.from({ length: 300 }, (_, n) => failedJob(n)),
    )
    expect(JSON.parse((await run(folder, ['jobs', '--json'])).stdout)).toHaveLength(300)
  })

  it.each([
    [['--limit', '1'], [DIED]],
    [
      ['--since', '2m'],
      [DIED, THREW],
    ],
    [['--since=90s'], [DIED]],
    [
      ['--since', '2026-11-21T10:00', '--limit=2'],
      [DIED, THREW],
    ],
    [['--since', '0s'], []],
  ])('prints what %j leaves', async (options, records) => {
    const { stdout } = await run(folderWithJobs(), ['jobs', '--json', ...options])
    expect(JSON.parse(stdout)).toEqual(records)
  })
})

describe('without failed jobs', () => {
  it.each([
    [[], 'No failed jobs on record.\n'],
    [['--json'], '[]\n'],
    [['--since', '1h'], 'No failed jobs since 2026-11-23 19:15:00 UTC.\n'],
    [['--since', '99999999w'], 'No failed jobs since 1970-01-01 00:00:00 UTC.\n'],
  ])('says so for %j', async (options, stdout) => {
    expect(await run(temporaryFolder(), ['jobs', ...options])).toEqual({ code: 0, stdout, stderr: '' })
  })

  it('does not make the data folder', async () => {
    const parent = temporaryFolder()
    const { code } = await run(join(parent, 'never', 'started'), ['jobs'])
    expect({ code, left: readdirSync(parent) }).toEqual({ code: 0, left: [] })
  })
})

describe('the cause', () => {
  const records = [OLD, THREW]
  it.each([
    ['killed', ['job-1']],
    ['oom', ['job-1']],
    ['job-error', ['job-2']],
    ['KILLED, job-error', ['job-2', 'job-1']],
    ['memory-limit', []],
  ])('%s chooses', async (cause, ids) => {
    const folder = temporaryFolder()
    writeFailedJobs(folder, records)
    const { code, stdout } = await run(folder, ['jobs', '--json', '--cause', cause])
    expect(code).toBe(0)
    expect(JSON.parse(stdout).map(({ jobId }: { jobId: string }) => jobId)).toEqual(ids)
  })

  it('that no job has is told', async () => {
    const folder = temporaryFolder()
    writeFailedJobs(folder, records)
    expect(await run(folder, ['jobs', '--cause', 'crash'])).toMatchObject({
      code: 0,
      stdout: 'No jobs that failed of crash on record.\n',
    })
  })
})

it('a job that was lost while it waited is shown as such', async () => {
  const folder = temporaryFolder()
  writeFailedJobs(folder, [{ ...DIED, jobId: 'job-9', state: 'queued', durationMs: 0, progress: null }])
  const { stdout } = await run(folder, ['jobs'])
  expect(stdout).toBe(`\
WHEN       JOB                         RAN FOR  DONE  CAUSE, INCIDENT
1 min ago  Upscale portrait (image)  not begun        ran out of JavaScript
           job-9                                      heap, while the job waited
                                                      20261123-201400-3f9a
`)
})
