import { strict as assert } from 'node:assert'
import { readdirSync } from 'node:fs'
import path from 'node:path'
import { isAlive } from '../support/process'
import { fault } from './support/fault'
import { newMark } from './support/marks'

const group = 'Starts, waits and ends'

fault(
  {
    group,
    fault: 'five deaths during the start',
    how: 'an entry that throws',
    holds: 'given up after the fifth, in one line; the app lives, and ends cleanly',
  },
  async ({ start }) => {
    const app = start({ backend: 'throws-at-load.cjs' })
    const figure = await app.holds({ backend: 'gave-up', lines: [/is not started again/] })
    assert.equal(app.studio.incidents().length, 5)
    await app.end()
    return `5 incidents${figure}`
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
    const app = start({ backend: 'throws-at-load.cjs', env: { STUDIO_RESTART_LIMIT: '50/10m' } })
    await app.studio.said(/started again in \d/)
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
    const app = start({ backend: 'throws-at-load.cjs', env: { STUDIO_RESTART_LIMIT: '50/10m' } })
    await app.studio.said(/started again in \d/)
    const ids = app.studio.incidents().map(({ id }) => id)
    app.studio.kill('SIGKILL')
    await app.studio.exited
    await app.studio.gone()
    const next = start({ dataFolder: app.studio.dataFolder })
    await next.studio.puppet()
    const kept = new Set(next.studio.incidents().map(({ id }) => id))
    assert.ok(ids.every((id) => kept.has(id)))
    await next.end()
    return `${ids.length} of ${ids.length} incidents`
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
    process.kill(await app.studio.backendPid(), 'SIGKILL')
    await app.studio.incident()
    await app.holds({ backend: 2 })
    assert.deepEqual(before.filter(isAlive), [])
    await app.end()
    assert.equal(readdirSync(path.join(app.studio.dataFolder, 'incidents')).length, 1)
    return '20 of 20 ended'
  },
)
