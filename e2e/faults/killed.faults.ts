import { strict as assert } from 'node:assert'
import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { readIncidents } from '../../src/main/records/incidents/read-incidents'
import { type JobsOnDisk, readJobs } from '../../src/main/records/jobs/read-only'
import { times } from '../../testing/form/form'
import { newFolder } from './support/data-folder'
import { fault } from './support/fault'

const group = 'The app killed'
/** Records kept, so many that none is evicted. */
const KEPT = 10_000
const KEEPING = { STUDIO_JOBS_KEEP: String(KEPT) }
/** Longest run, in milliseconds: a busy second has some sixty jobs. */
const LONGEST_MS = 2_500

/** Remembers what was on disk about the jobs until the app was killed: all of it was acknowledged. */
class Witness {
  readonly records = new Map<string, string>()
  #open: JobsOnDisk['open'] = []

  /** @returns the jobs that are open now */
  look(folder: string): JobsOnDisk['open'] {
    const { jobs, open, problems } = readJobs(folder)
    assert.deepEqual(problems, [])
    const ids = new Set(jobs.map(({ id }) => id))
    assert.equal(ids.size, jobs.length, 'a record is there twice')
    for (const [id, jobId] of this.records) assert.ok(ids.has(id), `the record of ${jobId} is lost`)
    const jobIds = jobs.map(({ jobId }) => jobId)
    assert.deepEqual(
      jobIds.filter((id, index) => jobIds.indexOf(id) !== index),
      [],
      'jobs with two records',
    )
    for (const { id, jobId } of jobs) this.records.set(id, jobId)
    assert.ok(this.records.size < KEPT, 'more records than are kept')
    this.#open = open
    return open
  }

  /** Checks that each job that was open at the kill has a record, now that the app has started again. */
  recovered(folder: string): number {
    const lost = new Set(this.#open.map(({ id }) => id))
    this.look(folder)
    const recorded = new Set(this.records.values())
    assert.deepEqual(
      [...lost].filter((id) => !recorded.has(id)),
      [],
      'jobs that were open have no record',
    )
    return lost.size
  }
}

for (const [dying, kills] of [
  [false, times(4, 50)],
  [true, times(8, 200)],
] as const) {
  fault(
    {
      group,
      fault: dying
        ? 'the app and its backend, both with SIGKILL, at random moments'
        : 'the app with SIGKILL, at random moments',
      how: `${dying ? 'every hundredth job kills the backend; ' : ''}sixty jobs a second start, wait, end and fail`,
      holds:
        'every record that was on disk stays there; every job that was open is recorded once at the next start',
      timeout: kills * 20_000,
    },
    async ({ start }) => {
      const dataFolder = newFolder()
      const witness = new Witness()
      let lost = 0
      for (let kill = 0; kill < kills; kill++) {
        const app = start({
          dataFolder,
          backend: 'faults/busy-day.cjs',
          env: {
            ...KEEPING,
            STUDIO_RESTART_LIMIT: '1000/10m',
            STUDIO_BACKEND_ARGS: JSON.stringify(dying ? [String(kill), 'may-die'] : [String(kill)]),
          },
        })
        // Not only when all is well, but also during the start.
        if (kill % 4 !== 3) await app.studio.said(/a busy day begins/)
        if (kill > 0) lost += kill % 4 === 3 ? 0 : witness.recovered(dataFolder)
        await sleep(LONGEST_MS * Math.random())
        witness.look(dataFolder)
        app.studio.kill('SIGKILL')
        await app.studio.exited
        await app.studio.gone()
        witness.look(dataFolder)
      }
      const last = start({ dataFolder, env: KEEPING })
      await last.studio.puppet()
      await last.settled()
      lost += witness.recovered(dataFolder)
      const figure = await last.holds({ backend: 1 })
      await last.end()
      witness.look(dataFolder)
      const { incidents, problems } = readIncidents(dataFolder)
      assert.deepEqual(problems, [])
      const names = (await readdir(dataFolder, { recursive: true })).filter((name) =>
        name.includes('damaged'),
      )
      assert.deepEqual(names, [])
      const deaths = dying ? `, ${incidents.length} deaths of the backend` : ''
      return `${kills} kills${deaths}, ${witness.records.size} records, ${lost} of jobs under way; none lost, none twice; ${figure}`
    },
  )
}
