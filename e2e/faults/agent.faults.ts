import { strict as assert } from 'node:assert'
import type { Agent } from '../../testing/agent/agent'
import type { Mode } from '../../testing/agent/mode'
import { waitFor } from '../../testing/waiting/wait-for'
import { fault } from './support/fault'
import type { WatchedStudio } from './support/watched-studio'

const group = 'The Datadog Agent'

/** The seeded record, those of the run, and the incident. */
const REPORTS = 4
const KEPT = /incidents and failed jobs do not reach the Datadog Agent/
const SENT = /incidents and failed jobs reach the Datadog Agent again/

interface Ill {
  readonly fault: string
  readonly how: string
  readonly mode: Mode
  /** True for one that tells before its time is up that it takes nothing. */
  readonly tells: boolean
  readonly isLong?: boolean
}

const MODES: readonly Ill[] = [
  { fault: 'refuses', how: 'nothing listens', mode: 'refuse', tells: true },
  { fault: 'hangs', how: 'it takes requests and never answers', mode: 'hang', tells: false },
  { fault: 'is slow', how: 'each answer takes 2 s', mode: { slow: 2_000 }, tells: false, isLong: true },
  { fault: 'has trouble', how: 'it answers 503', mode: { status: 503 }, tells: true, isLong: true },
  { fault: 'is asked too much', how: 'it answers 429', mode: { status: 429 }, tells: true, isLong: true },
  { fault: 'answers garbage', how: '200, and bytes that are not JSON', mode: 'garbage', tells: true },
  {
    fault: 'closes the connection',
    how: 'in the middle of its answer',
    mode: 'reset',
    tells: true,
    isLong: true,
  },
  {
    fault: 'floods',
    how: 'each answer has 100 MB',
    mode: { flood: 100 * 2 ** 20 },
    tells: true,
  },
]

for (const { fault: what, how, mode, tells, isLong = false } of MODES) {
  fault(
    {
      group,
      fault: what,
      how: `${how}; a job fails, the backend runs out of memory; then the Agent is well`,
      holds:
        'the incident, its heap profile and all three jobs reach it once each, and count as reported then',
      timeout: 150_000,
      isLong,
    },
    async ({ start, agent }) => {
      await agent.setMode(mode)
      const app = start({ env: { DD_TRACE_AGENT_URL: agent.url, STUDIO_HEAP_LIMIT: '96MiB' } })
      const puppet = await app.studio.puppet()
      await app.settled()
      await puppet.start('failed')
      await puppet.fail('failed')
      await puppet.start('died')
      await puppet.die('heap-out-of-memory')
      await app.records(2)
      await (await app.studio.puppet(2)).ping()
      if (tells) await app.studio.said(KEPT)
      await agent.setMode('ok')
      const healedAt = performance.now()
      await allReported(app, REPORTS)
      const seconds = ((performance.now() - healedAt) / 1_000).toFixed(0)
      await profiled(agent)
      const figure = await app.holds({
        backend: 2,
        lines: tells ? [KEPT, SENT] : [],
      })
      await app.end()
      assert.equal(arrived(agent), REPORTS)
      assert.equal(nearDeath(agent), 1)
      return `${REPORTS} of ${REPORTS} and the profile, ${seconds} s after it is well; ${figure}`
    },
  )
}

const TIMES = 3
/** Most reports, of two lines each: more are a flood. */
const TIMES_TOLD = 2

fault(
  {
    group,
    fault: 'alternates between 503 and healthy',
    how: 'three times it answers 503, a job fails, it is well again; then the backend dies',
    holds: 'everything reaches it once, each time that it is well; one line for each turn, four at most',
    timeout: 150_000,
  },
  async ({ start, agent }) => {
    const app = start({ env: { DD_TRACE_AGENT_URL: agent.url } })
    const puppet = await app.studio.puppet()
    await allReported(app, 1)
    await app.settled()
    for (let turn = 1; turn <= TIMES; turn++) {
      await agent.setMode({ status: 503 })
      const told = Math.min(turn, TIMES_TOLD)
      await puppet.start(`failed-${turn}`)
      await puppet.fail(`failed-${turn}`)
      await app.records(turn)
      await waitFor(() => app.said(KEPT) === told, { what: 'what is kept to be told' })
      await agent.setMode('ok')
      await allReported(app, turn + 1)
      await waitFor(() => app.said(SENT) === told, { what: 'what is sent to be told' })
    }
    await puppet.start('died')
    process.kill(await app.studio.backendPid(), 'SIGKILL')
    await app.records(TIMES + 1)
    await allReported(app, TIMES + 3)
    const lines = [KEPT, SENT].map((line) => [line, TIMES_TOLD] as const)
    const figure = await app.holds({ backend: 2, lines })
    await app.end()
    assert.equal(arrived(agent), TIMES + 3)
    return `${TIMES + 3} of ${TIMES + 3}; ${figure}`
  },
)

/** Waits until this number of records and incidents is marked as reported. */
async function allReported({ studio }: WatchedStudio, count: number): Promise<void> {
  const reported = () =>
    [...studio.failedJobs(), ...studio.incidents()].filter((record) => record.reported).length
  await waitFor(() => reported() === count, {
    what: () => `all ${count} to count as reported, it are ${reported()}:\n${studio.stderr}`,
    timeout: 90_000,
  })
}

function arrived(agent: Agent): number {
  const spans = agent.spans()
  return spans.filter(
    ({ name, error }) => name === 'studio.backend.incident' || (name === 'studio.job' && error),
  ).length
}

function nearDeath(agent: Agent): number {
  return agent.profiles().filter(({ event }) => event.tags_profiler.includes('snapshot:on_oom')).length
}

async function profiled(agent: Agent): Promise<void> {
  await waitFor(() => nearDeath(agent) > 0, { what: 'the profile near the death' })
}
