import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { OLD, THREW, UUID } from './testing/job-samples'
import { run, writeFailedJobs } from './testing/run'

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
