import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CAUSES } from '../backend/cause'
import { failedJob } from '../records/jobs/testing/samples'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { COMMAND_NAMES } from './command-names'
import { incident } from './testing/incident-sample'
import { run, writeFailedJobs, writeIncident } from './testing/run'

const UUID = '8f2c1b0e-3c6d-4a1f-9b7e-1234567890ab'

const OLD = failedJob(1, {
  jobId: 'job-1',
  name: null,
  kind: 'train',
  failedAt: '2026-11-21T10:00:00.000Z',
  durationMs: 3_720_000,
  progress: null,
  cause: 'killed',
  oom: true,
  incidentId: '20261121-100000-aaaa',
  error: null,
})
const THREW = failedJob(2, {
  jobId: 'job-2',
  name: '肖像画の高解像度化',
  failedAt: '2026-11-23T20:13:00.000Z',
  durationMs: 12_400,
  progress: null,
  error: {
    name: 'TypeError',
    message: 'cannot \u001b[31mread\u001b[0m properties\nof undefined (reading "width")',
  },
})
const DIED = failedJob(3, {
  jobId: UUID,
  name: 'Upscale portrait',
  failedAt: '2026-11-23T20:14:00.000Z',
  durationMs: 900,
  progress: 0.4,
  cause: 'heap-out-of-memory',
  oom: true,
  incidentId: '20261123-201400-3f9a',
  error: null,
})

function folderWithJobs(): string {
  const folder = temporaryFolder()
  writeFailedJobs(folder, [OLD, THREW, DIED])
  return folder
}

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

describe('hostile text', () => {
  const text = 'x\u001b]0;owned\u0007\u009b2J\u202e\r\n\u001b[1A'
  it.each([[['jobs']], [['jobs', '--json']]])('never reaches the terminal raw: %j', async (line) => {
    const folder = temporaryFolder()
    const error = { name: text, message: text }
    writeFailedJobs(folder, [failedJob(1, { jobId: text, name: text, kind: text, incidentId: text, error })])
    const { code, stdout } = await run(folder, line)
    expect(code).toBe(0)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u)
  })

  it('is not echoed from the command line either', async () => {
    const { code, stderr } = await run(temporaryFolder(), ['jobs', text])
    expect(code).toBe(1)
    expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\u202e]/u)
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

describe('a record that cannot be read', () => {
  it('ends with 1 when nothing of it can', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'failed-jobs.json'), '{"jobs": [')
    const { code, stdout, stderr } = await run(folder, ['jobs'])
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^studio-monitor: .*failed-jobs\.json.*\n$/)
    expect(JSON.parse((await run(folder, ['jobs', '--json'])).stdout)).toEqual([])
  })

  it('is a line on stderr when the rest can be read', async () => {
    const folder = folderWithJobs()
    mkdirSync(join(folder, 'journal'))
    writeFileSync(join(folder, 'journal', '00000001.jsonl'), 'no journal\nat all\n')
    const { code, stdout, stderr } = await run(folder, ['jobs', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toHaveLength(3)
    expect(stderr).toMatch(/^studio-monitor: .*00000001\.jsonl.*\n$/)
  })
})

it('changes nothing in the data folder', async () => {
  const folder = folderWithJobs()
  writeIncident(folder, incident())
  const before = snapshot(folder)
  for (const line of [['jobs'], ['incidents'], ['incidents', incident().id]]) {
    expect(await run(folder, line)).toMatchObject({ code: 0, stderr: '' })
  }
  expect(snapshot(folder)).toEqual(before)
})

function snapshot(folder: string) {
  const names = ['.', ...readdirSync(folder, { recursive: true }).map(String)]
  return names.sort().map((name) => [name, statSync(join(folder, name)).mtimeMs])
}

describe('wrong arguments', () => {
  it.each([
    [
      ['--jsno'],
      'unknown option --jsno: known are --cause, --follow, --help, --json, --limit, --since. Did you mean --json?',
    ],
    [['-x'], 'unknown option -x: known are --cause, --follow, --help, --json, --limit, --since'],
    [['--json=1'], '--json takes no value, not "1"'],
    [['--limit'], '--limit needs a value'],
    [['--limit', '0'], '--limit "0" must be a positive integer'],
    [['--limit', '--json'], '--limit "--json" must be a positive integer'],
    [['one', 'two'], 'one ID at a time, not also "two"'],
    [['one', '--limit', '3'], '--cause, --since, --limit and --follow are for the list, not for one ID'],
    [
      ['--cause', 'kiled'],
      `--cause "kiled" is not known: known are ${CAUSES.join(', ')}, oom. Did you mean killed?`,
    ],
  ])('%j end with 2 and one line', async (options, line) => {
    expect(await run(temporaryFolder(), ['jobs', ...options])).toEqual({
      code: 2,
      stdout: '',
      stderr: `studio-monitor: jobs: ${line}\n`,
    })
  })

  it('say what --since takes', async () => {
    const { code, stderr } = await run(temporaryFolder(), ['jobs', '--since', 'tuesday'])
    expect(code).toBe(2)
    expect(stderr).toContain(
      '--since "tuesday" is not accepted: a duration (90s, 30m, 1h, 2d, 1w) or an ISO date',
    )
  })
})

describe('help', () => {
  it.each([['jobs'], ['incidents']])('of %s names its exit codes, within 90 columns', async (command) => {
    const { code, stdout } = await run(temporaryFolder(), [command, '--help', '--no-sandbox'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/Exit code: 0 .*; 1 .*2 wrong arguments/s)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90)
  })

  it('without a command lists them', async () => {
    const { code, stdout } = await run(temporaryFolder(), ['--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}jobs {7}.*\n {2}incidents {2}/m)
  })

  it('an unknown command ends with 2', async () => {
    expect(await run(temporaryFolder(), ['job'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `studio-monitor: unknown command "job": known are ${COMMAND_NAMES.join(', ')}. Did you mean jobs?\n`,
    })
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

describe('one job', () => {
  const folder = () => {
    const data = temporaryFolder()
    writeFailedJobs(data, [
      OLD,
      {
        ...THREW,
        jobId: UUID,
        node: { id: '12', type: 'Sampler', pack: 'fast' },
        peakBytes: 3 * 2 ** 30,
        stack: 'TypeError: x\n    at blur (/app/blur.js:12:3)',
        traceId: '0af7651916cd43dd8448eb211c80319c',
      },
    ])
    return data
  }

  it.each([[UUID], [UUID.slice(0, 6)], [UUID.slice(-4)], ['last']])('is found by %s', async (word) => {
    const { code, stdout, stderr } = await run(folder(), ['jobs', word])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Job ${UUID}, 2026-11-23 `)
    expect(stdout).toContain('Sampler (node 12) of pack fast')
    expect(stdout).toContain('memory at most  3 GiB')
    expect(stdout).toContain('      at blur (/app/blur.js:12:3)\n')
    expect(stdout).toContain('/apm/trace/0af7651916cd43dd8448eb211c80319c')
    expect(stdout).toContain('once its error is mended')
  })

  it('is found by its record, and given to scripts as it is', async () => {
    const data = folder()
    const { stdout } = await run(data, ['jobs', OLD.id, '--json'])
    expect(JSON.parse(stdout)).toEqual(OLD)
    expect((await run(data, ['jobs', 'job-1'])).stdout).toContain(`incidents ${OLD.incidentId}`)
  })

  it('has the newest record where its id was used twice', async () => {
    const data = temporaryFolder()
    writeFailedJobs(data, [OLD, { ...THREW, jobId: OLD.jobId }])
    expect(JSON.parse((await run(data, ['jobs', 'job-1', '--json'])).stdout).id).toBe(THREW.id)
  })

  it.each([
    ['none', 'no failed job begins or ends with "none"'],
    ['', '2 jobs fit ""'],
  ])('that cannot be told is not guessed: %j', async (word, why) => {
    expect(await run(folder(), ['jobs', word])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining(why),
    })
  })
})

describe('following', () => {
  it('shows the newest, then each new one once, as lines', async () => {
    const data = temporaryFolder()
    writeFailedJobs(data, [OLD])
    const ending = new AbortController()
    let stdout = ''
    const { code } = await run(data, ['jobs', '--follow', '--json'], {
      untilEnded: () => ending.signal,
      stdout: (text) => {
        stdout += text
        if (text.includes('"job-1"')) writeFailedJobs(data, [OLD, THREW])
        else ending.abort()
      },
    })
    expect(code).toBe(0)
    const ids = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).jobId)
    expect(ids).toEqual(['job-1', 'job-2'])
  })

  it('has a line for people too', async () => {
    const data = temporaryFolder()
    writeFailedJobs(data, [OLD])
    const ending = new AbortController()
    let stdout = ''
    await run(data, ['jobs', '-f'], {
      untilEnded: () => ending.signal,
      stdout: (text) => {
        stdout += text
        ending.abort()
      },
    })
    expect(stdout).toMatch(
      /^2026-11-21 \d\d:00:00 \S+ {1,2}train job-1 killed from outside .* 20261121-100000-aaaa\n$/,
    )
  })
})
