import { describe, expect, it } from 'vitest'
import { failedJob } from '../records/jobs/testing/samples'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { OLD, THREW } from './testing/job-samples'
import { run, writeFailedJobs } from './testing/run'

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

  it.each([
    [['--limit', '1'], ['job-3']],
    [
      ['--limit', '2'],
      ['job-2', 'job-3'],
    ],
    [
      ['--since', '2026-11-23'],
      ['job-2', 'job-3'],
    ],
    [['--since', '2026-11-23', '--limit', '1'], ['job-3']],
  ])('begins with as many as are asked for: %j', async (words, ids) => {
    const data = temporaryFolder()
    writeFailedJobs(data, [OLD, THREW, failedJob(4, { jobId: 'job-3', failedAt: THREW.failedAt })])
    const shown: string[] = []
    const ending = new AbortController()
    await run(data, ['jobs', '--follow', '--json', ...words], {
      untilEnded: () => {
        // All that is there is shown at the first look.
        queueMicrotask(() => ending.abort())
        return ending.signal
      },
      stdout: (text) => shown.push(JSON.parse(text).jobId),
    })
    expect(shown).toEqual(ids)
  })

  it('begins with ten where nothing else is asked for', async () => {
    const data = temporaryFolder()
    writeFailedJobs(
      data,
      Array.from({ length: 12 }, (_, n) => failedJob(n, { jobId: `job-${n}` })),
    )
    const shown: string[] = []
    const ending = new AbortController()
    await run(data, ['jobs', '--follow', '--json'], {
      untilEnded: () => {
        queueMicrotask(() => ending.abort())
        return ending.signal
      },
      stdout: (text) => shown.push(JSON.parse(text).jobId),
    })
    expect(shown).toEqual(Array.from({ length: 10 }, (_, n) => `job-${n + 2}`))
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
