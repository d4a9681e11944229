import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { times } from '../../../../testing/form/form'
import { readJobs } from './read-only'
import { bundleProgram, runAndKill } from './testing/child-program'
import { temporaryFolder } from './testing/temporary-folder'

const KILLS = times(8, 30)

describe('a writer killed with -9', () => {
  it(`loses no acknowledged record and doubles none, killed ${KILLS} times at odd moments`, async () => {
    const program = await bundleProgram('writer-program', temporaryFolder())
    const folder = temporaryFolder()
    const acknowledged = new Map<string, string>()
    for (let n = 0; n < KILLS; n++) {
      const run = `run${n}`
      const said = await runAndKill(program, [folder, run], (lines) => lines >= 4 + n, (n * 37) % 23)
      for (const line of said) {
        const [, id = '', jobId = ''] = line.split(' ')
        acknowledged.set(id, jobId)
      }
      const { jobs, problems } = readJobs(folder)
      expect(problems, run).toEqual([])
      const recorded = new Map(jobs.map(({ id, jobId }) => [id, jobId]))
      expect(recorded.size, run).toBe(jobs.length)
      for (const [id, jobId] of acknowledged) expect(recorded.get(id), `${run} ${id}`).toBe(jobId)
      const jobIds = jobs.map(({ jobId }) => jobId)
      expect(new Set(jobIds).size, `${run}: one record for each job`).toBe(jobIds.length)
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS * 4)
    expect(readdirSync(folder).filter((name) => name.includes('damaged'))).toEqual([])
    expect(readdirSync(folder).filter((name) => name.includes('.tmp-')).length).toBeLessThanOrEqual(1)
  }, 120_000)
})
