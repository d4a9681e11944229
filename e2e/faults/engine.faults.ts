import { strict as assert } from 'node:assert'
import { Engine, skipWithoutPython } from '../support/app/engine'
import { test } from '../support/app/test'
import { waitUntilGone } from '../support/process'
import { fault } from './support/fault'

const group = 'Deaths of the Python engine'
const PROCESS = /the engine is process (\d+)/

test.beforeEach(skipWithoutPython)

fault(
  {
    group,
    fault: 'killed, while it runs',
    how: 'SIGKILL; a job runs, another waits',
    holds: 'two records, one incident, then it runs again',
  },
  async ({ start }) => {
    const engine = await Engine.create()
    const app = start({ backend: null, env: engine.settings() })
    await engine.followed()
    const jobs = [await engine.submit([['Wait']]), await engine.submit([['Sampler']])]
    await app.studio.seenJobs(...jobs)
    await app.settled()
    await engine.die('sigkill')
    const incident = await app.studio.incident()
    assert.equal(incident.exitCode, 137)
    await app.records(2)
    const figure = await app.holds({ backend: 2, lines: [new RegExp(`incident ${incident.id}`)] })
    await app.end()
    assert.deepEqual(app.recorded().toSorted(), jobs.toSorted())
    return `2 of 2 records; ${figure}`
  },
)

fault(
  {
    group,
    fault: 'a damaged checkpoint, at each start',
    how: 'it raises an error before it listens',
    holds: 'started again at once, then after a wait, then given up, in one line; an incident for each',
  },
  async ({ start }) => {
    const engine = await Engine.create()
    const app = start({
      backend: null,
      env: { ...engine.settings('--die', 'error'), STUDIO_RESTART_LIMIT: '3/10m' },
    })
    await app.studio.incident()
    await app.settled()
    const figure = await app.holds({ backend: 'gave-up', lines: [/: not restarting/] })
    const incidents = app.studio.incidents()
    assert.deepEqual(
      incidents.map(({ cause, restart }) => [cause, restart.decision]),
      [
        ['error-exit', 'restart'],
        ['error-exit', 'restart'],
        ['error-exit', 'give-up'],
      ],
    )
    await app.end()
    return `3 incidents; ${figure}`
  },
)

fault(
  {
    group,
    fault: 'the app is asked to end while it waits to start the engine again',
    how: 'SIGTERM between two starts',
    holds: 'no further start',
  },
  async ({ start }) => {
    const engine = await Engine.create()
    const app = start({ backend: null, env: engine.settings('--die', 'segfault') })
    await app.studio.said(/restarting in \d/)
    const deaths = app.studio.incidents().length
    await app.end()
    assert.equal(app.studio.incidents().length, deaths)
    return `${deaths} deaths before, none after`
  },
)

fault(
  {
    group,
    fault: 'killed, while it is asked to stop',
    how: 'SIGKILL; it is deaf to SIGTERM, a job runs',
    holds: 'no incident, no job called lost, the app ends with 0',
  },
  async ({ start }) => {
    const engine = await Engine.create()
    const app = start({ backend: null, env: engine.settings('--deaf') })
    await engine.followed()
    await app.studio.seenJobs(await engine.submit([['Wait']]))
    const pid = Number((await app.studio.said(PROCESS))[1])
    const at = performance.now()
    const ended = app.end()
    await engine.die('sigkill')
    await ended
    await waitUntilGone([pid])
    assert.deepEqual([app.studio.incidents(), app.recorded()], [[], []])
    return `ended in ${((performance.now() - at) / 1_000).toFixed(1)} s`
  },
)
