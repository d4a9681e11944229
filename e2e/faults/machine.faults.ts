import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { waitFor } from '../../testing/waiting/wait-for'
import { isAlive } from '../support/process'
import { fault } from './support/fault'
import { onSmallMachine } from './support/small-machine'

const group = 'The machine'
const NOT_STARTED = /the backend died: could not start/

for (const starts of [1, 3]) {
  fault(
    {
      group,
      fault: `no file descriptors left${starts === 1 ? '' : ', for longer'}`,
      how: `the limit of main is set to what it holds; a job fails, the backend dies; the limit is raised again${starts === 1 ? '' : ' when three starts have failed'}`,
      holds: 'both records and every incident are on disk then, in one line each',
      isLong: starts === 1,
    },
    async ({ start }) => {
      const app = start()
      const puppet = await app.studio.puppet()
      await puppet.start('failed')
      await puppet.start('died')
      await app.settled()
      const limit = (soft: number | string) =>
        execFileSync('prlimit', [`--pid=${app.studio.pid}`, `--nofile=${soft}:`])
      const [, before = '1024'] =
        /^Max open files +(\d+)/m.exec(readFileSync(`/proc/${app.studio.pid}/limits`, 'utf8')) ?? []
      limit(3)
      await puppet.fail('failed')
      await puppet.ping()
      process.kill(await app.studio.backendPid(), 'SIGKILL')
      await app.studio.said(/jobs lost: 1/)
      if (starts > 1)
        await waitFor(() => app.said(NOT_STARTED) >= starts, {
          what: () => `starts to fail:\n${app.studio.stderr}`,
        })
      assert.ok(isAlive(app.studio.pid), app.studio.output)
      limit(before)
      const healedAt = performance.now()
      await app.records(2)
      await app.studio.incident(starts)
      const seconds = ((performance.now() - healedAt) / 1_000).toFixed(1)
      // A start without enough descriptors is a death of its own, and not a start.
      await app.studio.puppet(2)
      const figure = await app.holds({
        backend: 2,
        lines: [/jobs lost: 1/, /incidents cannot be written/, /incidents can be written again/],
      })
      const { length } = app.studio.incidents()
      assert.equal(length, 1 + app.said(NOT_STARTED))
      await app.end()
      return `2 of 2 records, ${length} of ${length} incidents, ${seconds} s later; ${figure}`
    },
  )
}

fault(
  {
    group,
    fault: 'memory of the machine is short',
    how: 'app and backend share 768 MiB; the backend takes all of it',
    holds: 'the kernel takes the backend and not the app; a proven out-of-memory kill on record',
  },
  ({ start }) =>
    onSmallMachine(768 * 2 ** 20, async ({ options, oomKills }) => {
      const app = start(options)
      const puppet = await app.studio.puppet()
      await app.settled()
      await puppet.start('a')
      await puppet.die('kernel-oom-kill')
      const incident = await app.studio.incident()
      assert.deepEqual([incident.cause, incident.confidence], ['kernel-oom-kill', 'proven'])
      await app.records(1)
      const figure = await app.holds({ backend: 2, lines: [/out of memory/] })
      await app.end()
      return `${oomKills()} kill by the kernel, 1 of 1 records; ${figure}`
    }),
)

const DAY_MS = 86_400_000

for (const [what, shifts] of [
  ['back by a day', [-DAY_MS]],
  ['forward by ten years', [3_650 * DAY_MS]],
  ['forward by ten years, and back again', [3_650 * DAY_MS, 0]],
] as const) {
  fault(
    {
      group,
      fault: `the clock is set ${what}`,
      how: 'the clock of main, while jobs run; after each time one fails; then the backend dies',
      holds: 'all records, no negative duration, a restart without a delay, in one line',
      isLong: shifts.length === 1 && shifts[0] > 0,
    },
    async ({ start }) => {
      const app = start()
      const puppet = await app.studio.puppet()
      await app.settled()
      await puppet.start('died')
      for (const shift of shifts) await puppet.start(`failed-${shift}`)
      await puppet.ping()
      for (const shift of shifts) {
        await app.setClock(shift)
        await puppet.fail(`failed-${shift}`)
        await puppet.ping()
      }
      process.kill(await app.studio.backendPid(), 'SIGKILL')
      const incident = await app.studio.incident()
      const count = shifts.length + 1
      const records = await app.records(count)
      assert.ok(records.every(({ durationMs }) => durationMs >= 0))
      assert.equal(incident.restart.delayMs, 0)
      const figure = await app.holds({ backend: 2, lines: [/jobs lost: 1/] })
      await app.end()
      return `${count} of ${count} records; ${figure}`
    },
  )
}

fault(
  {
    group,
    fault: 'two apps on one data folder',
    how: 'a second one is started while jobs run',
    holds: 'the second says so and ends with 1; the first goes on',
  },
  async ({ start }) => {
    const first = start()
    const puppet = await first.studio.puppet()
    await puppet.start('a')
    await first.settled()
    const second = start({ dataFolder: first.studio.dataFolder })
    assert.deepEqual(await second.studio.exited, { code: 1, signal: null })
    assert.equal(second.said(/this second one ends/), 1)
    await puppet.fail('a')
    await first.records(1)
    const figure = await first.holds({ backend: 1 })
    await first.end()
    return `1 of 1 records; ${figure}`
  },
)
