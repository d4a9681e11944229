import { strict as assert } from 'node:assert'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { waitFor } from '../../testing/waiting/wait-for'
import { isAlive } from '../support/process'
import { fault } from './support/fault'
import { newMark } from './support/marks'
import { RestartableApp } from './support/restartable-app'

const group = 'Starts, waits and ends'
const OFTEN = { STUDIO_RESTART_LIMIT: '50/10m' }
const WAITS = /restarting in \d/
const GIVEN_UP = /: not restarting/

fault(
  {
    group,
    fault: 'five deaths during the start',
    how: 'an entry that throws',
    holds: 'given up after the fifth, in one line; the app lives, and ends cleanly when it is asked to',
  },
  async ({ start }) => {
    const app = start({ backend: 'throws-at-load.cjs' })
    await app.studio.incident()
    await app.settled()
    const figure = await app.holds({ backend: 'gave-up', lines: [GIVEN_UP] })
    assert.equal(app.studio.incidents().length, 5)
    await app.end()
    return `5 incidents; ${figure}`
  },
)

fault(
  {
    group,
    fault: 'the app is asked to start the backend again after it was given up',
    how: '`restart()`; the entry throws again',
    holds: 'it is started at once, earlier deaths count no more',
  },
  async ({ start }) => {
    const app = await RestartableApp.start(start, { STUDIO_RESTART_LIMIT: '2/10m' })
    await app.watched.studio.said(GIVEN_UP)
    await app.restart()
    const again = await app.watched.studio.incident(3)
    assert.deepEqual([again.restart.delayMs, again.restart.deathsInWindow], [0, 1])
    await waitFor(() => app.watched.said(GIVEN_UP) === 2, { what: 'it to be given up again' })
    await app.watched.end()
    return '2 deaths before, 2 after'
  },
)

fault(
  {
    group,
    fault: 'the app is asked to start the backend again while it waits to do so',
    how: '`restart()` between two starts',
    holds: 'it is started at once, and once; earlier deaths count no more',
  },
  async ({ start }) => {
    const app = await RestartableApp.start(start, OFTEN)
    const { studio } = app.watched
    // The third delay is two seconds: time enough.
    const waiting = await studio.incident(3)
    await app.restart()
    const next = await studio.incident(4)
    assert.ok((waiting.restart.delayMs ?? 0) > 1_000)
    assert.deepEqual([next.restart.delayMs, next.restart.deathsInWindow], [0, 1])
    await app.watched.end()
    return `started after ${Date.parse(next.at) - Date.parse(waiting.at)} ms of ${waiting.restart.delayMs}`
  },
)

fault(
  {
    group,
    fault: 'the app is asked to end while it waits to start the backend again',
    how: 'SIGTERM between two starts',
    holds: 'no further start',
  },
  async ({ start }) => {
    const app = start({ backend: 'throws-at-load.cjs', env: OFTEN })
    await app.studio.said(WAITS)
    const deaths = app.studio.incidents().length
    await app.end()
    assert.equal(app.studio.incidents().length, deaths)
    return `${deaths} deaths before, none after`
  },
)

fault(
  {
    group,
    fault: 'the app is killed while it waits to start the backend again',
    how: 'SIGKILL between two starts',
    holds: 'its incidents are there, the next start is a first one',
  },
  async ({ start }) => {
    const app = start({ backend: 'throws-at-load.cjs', env: OFTEN })
    await app.studio.said(WAITS)
    const ids = app.studio.incidents().map(({ id }) => id)
    app.studio.kill('SIGKILL')
    await app.studio.exited
    await app.studio.gone()
    const next = start({ dataFolder: app.studio.dataFolder })
    await next.studio.puppet()
    await next.settled()
    const kept = new Set(next.studio.incidents().map(({ id }) => id))
    assert.ok(ids.every((id) => kept.has(id)))
    const figure = await next.holds({ backend: 1 })
    await next.end()
    return `${ids.length} of ${ids.length} incidents; ${figure}`
  },
)

fault(
  {
    group,
    fault: 'the app is killed while it ends',
    how: 'SIGKILL as the backend has been asked to stop, is stuck, and has three jobs under way',
    holds: 'nothing is left of it; each job has one record at the next start',
  },
  async ({ start }) => {
    const env = { STUDIO_BACKEND_ARGS: JSON.stringify(['loop', 'stopping', newMark()]) }
    const app = start({ backend: 'faults/dies.cjs', env })
    await app.studio.said(/lives for now/)
    await app.studio.seenJobs('a', 'b', 'c')
    app.studio.kill('SIGTERM')
    await app.studio.said(/has been asked to stop/)
    app.studio.kill('SIGKILL')
    await app.studio.exited
    await app.studio.gone()
    const next = start({ dataFolder: app.studio.dataFolder })
    await next.studio.puppet()
    await next.settled()
    const records = await next.records(3)
    assert.deepEqual(records.map(({ jobId, cause }) => `${jobId} ${cause}`).toSorted(), [
      'a app-killed',
      'b app-killed',
      'c app-killed',
    ])
    const figure = await next.holds({ backend: 1 })
    await next.end()
    return `3 of 3 records; ${figure}`
  },
)

fault(
  {
    group,
    fault: 'a backend that traps SIGTERM and the request to stop',
    how: 'it ignores both',
    holds: 'killed after 7 s; no incident',
  },
  async ({ start }) => {
    const app = start({ backend: 'deaf.cjs' })
    await app.studio.said(/deaf runs/)
    const pid = await app.studio.backendPid()
    const at = performance.now()
    await app.end()
    assert.ok(!isAlive(pid))
    assert.deepEqual(app.studio.incidents(), [])
    return `gone after ${((performance.now() - at) / 1_000).toFixed(1)} s`
  },
)

fault(
  {
    group,
    fault: 'a backend that starts others and dies',
    how: 'twenty children, every second one in a session of its own',
    holds: 'none of them is left when it runs again',
  },
  async ({ start }) => {
    const app = start({
      backend: 'faults/forks.cjs',
      env: { STUDIO_BACKEND_ARGS: JSON.stringify([newMark()]) },
    })
    const before = (await app.studio.said(/children: ([\d ]+)\./))[1]?.split(' ').map(Number) ?? []
    assert.equal(before.length, 20)
    assert.ok(before.every(isAlive))
    const pid = await app.studio.backendPid()
    await app.settled()
    process.kill(pid, 'SIGKILL')
    await app.studio.incident()
    const figure = await app.holds({ backend: 2 })
    assert.deepEqual(before.filter(isAlive), [])
    await app.end()
    assert.equal(readdirSync(path.join(app.studio.dataFolder, 'incidents')).length, 1)
    return `20 of 20 ended; ${figure}`
  },
)
