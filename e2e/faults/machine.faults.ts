import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { isAlive } from '../support/process'
import { fault } from './support/fault'
import { onSmallMachine } from './support/small-machine'

const group = 'The machine'

fault(
  {
    group,
    fault: 'no file descriptors left',
    how: 'the limit of main is set to what it holds; a job fails, the backend dies; the limit is raised again',
    holds: 'both records and the incident are on disk then',
  },
  async ({ start }) => {
    const app = start()
    const puppet = await app.studio.puppet()
    await puppet.start('failed')
    await puppet.start('died')
    app.settled()
    const limit = (soft: number | string) =>
      execFileSync('prlimit', [`--pid=${app.studio.pid}`, `--nofile=${soft}:`])
    const [, before = '1024'] =
      /^Max open files +(\d+)/m.exec(readFileSync(`/proc/${app.studio.pid}/limits`, 'utf8')) ?? []
    limit(3)
    await puppet.fail('failed')
    await puppet.ping()
    process.kill(await app.studio.backendPid(), 'SIGKILL')
    await app.studio.said(/jobs lost: 1/)
    assert.ok(isAlive(app.studio.pid), app.studio.output)
    limit(before)
    const healedAt = performance.now()
    await app.studio.failedJobsOf(2)
    await app.studio.incident()
    const seconds = ((performance.now() - healedAt) / 1_000).toFixed(1)
    // A start that found no descriptors is a death of its own, and no start.
    await app.studio.puppet(2)
    const figure = await app.holds({ backend: 2 })
    await app.end()
    app.expectOneEach()
    return `2 of 2 records, ${seconds} s later; ${figure}`
  },
)

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
      app.settled()
      await puppet.start('a')
      await puppet.die('kernel-oom-kill')
      const incident = await app.studio.incident()
      assert.deepEqual([incident.cause, incident.confidence], ['kernel-oom-kill', 'proven'])
      await app.studio.failedJobsOf(1)
      const figure = await app.holds({ backend: 2 })
      await app.end()
      return `${oomKills()} kill by the kernel, 1 of 1 records; ${figure}`
    }),
)

for (const [what, ms] of [
  ['back by a day', -86_400_000],
  ['forward by ten years', 10 * 365 * 86_400_000],
] as const) {
  fault(
    {
      group,
      fault: `the clock is set ${what}`,
      how: 'the clock of main, while jobs run; then one fails and the backend dies',
      holds: 'both records, no negative duration, a restart without a delay',
    },
    async ({ start }) => {
      const app = start({ app: path.join(__dirname, 'shifted-app'), env: { FAULT_SHIFT_MS: String(ms) } })
      const puppet = await app.studio.puppet()
      app.settled()
      await puppet.start('failed')
      await puppet.start('died')
      await puppet.ping()
      app.studio.kill('SIGUSR2')
      await app.studio.said(/the clock is shifted/)
      await puppet.fail('failed')
      await puppet.ping()
      process.kill(await app.studio.backendPid(), 'SIGKILL')
      const incident = await app.studio.incident()
      const records = await app.studio.failedJobsOf(2)
      assert.ok(records.every(({ durationMs }) => durationMs >= 0))
      assert.equal(incident.restart.delayMs, 0)
      const figure = await app.holds({ backend: 2 })
      await app.end()
      app.expectOneEach()
      return `2 of 2 records; ${figure}`
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
    first.settled()
    const second = start({ dataFolder: first.studio.dataFolder })
    assert.deepEqual(await second.studio.exited, { code: 1, signal: null })
    assert.match(second.studio.stderr, /this second one ends/)
    await puppet.fail('a')
    await first.studio.failedJobsOf(1)
    const figure = await first.holds({ backend: 1 })
    await first.end()
    first.expectOneEach()
    return `1 of 1 records; ${figure}`
  },
)
