import { describe, expect, it } from 'vitest'
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
