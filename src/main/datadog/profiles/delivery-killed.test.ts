import { expect, onTestFinished, test } from 'vitest'
import { startAgent } from '../../../../testing/agent/agent'
import { bundleProgram, startProgram, temporaryFolder } from '../../../../testing/program/program'
import { waitFor } from '../../../../testing/waiting/wait-for'
import { leaveSet } from '../../profiling/testing/sets'

const SETS = 30

const program = `
  import { ProfileDelivery } from './delivery'
  import { sendTo } from './testing/send-to'
  import { ProfileStore } from '../../records/profiles/profile-store'
  const say = () => {}
  const log = { debug: say, info: say, warn: say, error: say }
  const [dataFolder = '', agentUrl = ''] = process.argv.slice(2)
  const store = new ProfileStore({ dataFolder, log, now: Date.now, backendPid: () => null })
  store.open()
  const delivery = new ProfileDelivery({ store, send: sendTo(agentUrl), log, random: Math.random })
  delivery.wake()
  const look = setInterval(() => store.waiting().length === 0 && clearInterval(look), 5)
`

test('an app killed again and again loses no profile, and sends none twice that was confirmed', {
  timeout: 60_000,
}, async () => {
  const agent = await startAgent({ mode: { slow: 3 } })
  onTestFinished(() => agent.stop())
  const dataFolder = temporaryFolder()
  for (let seq = 0; seq < SETS; seq++)
    leaveSet(dataFolder, { seq, kind: seq % 3 === 0 ? 'on_oom' : 'periodic' })
  const file = await bundleProgram(program, { from: __dirname })
  const taken = () =>
    agent.profiles().map(({ event }) => Number(/profile_seq:(\d+)/.exec(event.tags_profiler)?.[1]))
  const run = () => startProgram(file, { args: [dataFolder, agent.url] })

  for (let n = 1; n <= 5; n++) {
    const { child, ended } = run()
    await waitFor(() => taken().length >= n * 5, { what: 'some more profiles' })
    child.kill('SIGKILL')
    await ended
  }
  expect((await run().ended).code).toBe(0)

  const order = taken()
  // A request in flight at a kill comes first after it.
  const onceEach = order.filter((seq, n) => seq !== order[n - 1])
  expect(onceEach).toEqual(Array.from({ length: SETS }, (_, n) => n))
  expect(order.length - SETS).toBeLessThanOrEqual(5)
})
