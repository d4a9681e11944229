import { setTimeout as sleep } from 'node:timers/promises'
import { times } from '../testing/form/form'
import { waitFor } from '../testing/waiting/wait-for'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'
import { Chance } from './support/engine/chance/chance'
import { DEADLY, type GivenJob, wrongs } from './support/engine/chance/verdict'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()

/** The time of one seed, in milliseconds: half a minute, or five minutes. */
const HAPPENS_MS = times(30_000, 5 * 60_000)
const FIRST_SEED = Number(process.env.STUDIO_TEST_SEED ?? '20261130')
const SEEDS = Array.from({ length: times(1, 10) }, (_, n) => FIRST_SEED + n)
/** All that is open to end, on a busy machine, in milliseconds. */
const SETTLES_MS = 4 * 60_000

const DEEDS = [
  ['end', 60],
  ['fail', 22],
  ['kill', 2],
  ['exit', 2],
  ['exit-well', 2],
  ['crash', 2],
  ['execv', 3],
] as const

for (const seed of SEEDS) {
  test(`by chance, seed ${seed}: what became of each job is told as it was`, async ({ launch, agent }) => {
    test.setTimeout(HAPPENS_MS + 2 * SETTLES_MS)
    const chance = new Chance(seed)
    const engine = await PublishedEngine.create()
    // None gives up, and none waits for long.
    const env = { ...engine.settings(), STUDIO_RESTART_LIMIT: '1000/1h', DD_TRACE_AGENT_URL: agent.url }
    let studio: Studio = launch({ backend: null, env })
    await studio.said(/the engine answers at /)
    const given: GivenJob[] = []
    const appKills: number[] = []
    const interrupts: number[] = []
    let kills = 0
    let killedAt = 0

    const submit = async () => {
      const id = `job-${given.length + 1}`
      const [deed] = chance.weighed(DEEDS)
      const job = { id, taken: false, cancelled: false }
      given.push(job)
      const seconds = chance.between(0, 0.6)
      const client = chance.once(0.5) ? { client_id: 'somebody' } : {}
      const more = { prompt_id: id, ...client, ...(chance.once(0.1) && { front: true }) }
      const taken = await engine.submit([['Track', { job: id, seconds, deed }]], more).then(
        () => true,
        () => false,
      )
      Object.assign(job, { taken })
    }
    const killEngine = async () => {
      const pid = engine.pid()
      if (pid === null) return
      const before = deadlyLines(engine)
      process.kill(pid, 'SIGKILL')
      killedAt = Date.now()
      // A node may have been faster.
      await sleep(50)
      if (deadlyLines(engine) === before) kills += 1
    }
    const killApp = async () => {
      // A death just before would be told by nobody.
      const quiet = () => Date.now() - Math.max(killedAt, ...engine.tracked().map(({ at }) => at)) > 1_500
      if (!quiet() || engine.pid() === null) return
      studio.kill('SIGKILL')
      appKills.push(Date.now())
      await studio.exited
      studio = launch({ backend: null, dataFolder: studio.dataFolder, env })
      await studio.said(/the engine answers at /)
    }

    for (const until = Date.now() + HAPPENS_MS; Date.now() < until; ) {
      const what = chance.weighed([
        ['burst', 50],
        ['cancel', 15],
        ['interrupt', 15],
        ['kill', 4],
        ['app', 3],
        ['nothing', 13],
      ] as const)[0]
      if (what === 'burst') for (let n = chance.whole(1, 8); n > 0; n -= 1) await submit()
      if (what === 'interrupt') {
        interrupts.push(Date.now())
        await engine.interrupt().catch(() => {})
      }
      if (what === 'kill') await killEngine()
      if (what === 'app') await killApp()
      if (what === 'cancel' && given.length > 0) {
        const job = given[chance.whole(Math.max(0, given.length - 6), given.length - 1)]
        if (job) {
          job.cancelled = true
          await engine.cancel(job.id).catch(() => {})
        }
      }
      await sleep(chance.between(50, 600))
    }
    await waitFor(async () => (await engine.isIdle()) && studio.openJobs().length === 0, {
      what: () => `all jobs to end; open: ${JSON.stringify(studio.openJobs())}\n${studio.output}`,
      timeout: SETTLES_MS,
    })
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    const evidence = {
      given,
      kills,
      appKills,
      interrupts,
      tracked: engine.tracked(),
      records: studio.failedJobs(),
      incidents: studio.incidents(),
      spans: agent.spans().filter(({ name }) => name === 'studio.job'),
    }
    const deaths = kills + deadlyLines(engine)
    const figures = `seed ${seed}: ${given.length} jobs, ${deaths} deaths of the engine, ${appKills.length} of the app`
    test.info().annotations.push({ type: 'figures', description: figures })
    console.log(figures)
    expect(wrongs(evidence), figures).toEqual([])
  })
}

function deadlyLines(engine: PublishedEngine): number {
  return engine.tracked().filter(({ what }) => DEADLY.has(what)).length
}
