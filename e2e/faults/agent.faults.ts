import { strict as assert } from 'node:assert'
import type { Mode } from '../support/agent/mode'
import { waitFor } from '../support/wait-for'
import { fault } from './support/fault'

const group = 'The Datadog Agent'

const MODES: readonly { readonly fault: string; readonly how: string; readonly mode: Mode }[] = [
  { fault: 'refuses', how: 'nothing listens', mode: 'refuse' },
  { fault: 'hangs', how: 'it takes requests and never answers', mode: 'hang' },
  { fault: 'is slow', how: 'each answer takes 2 s', mode: { slow: 2_000 } },
  { fault: 'has trouble', how: 'it answers 503', mode: { status: 503 } },
  { fault: 'is asked too much', how: 'it answers 429', mode: { status: 429 } },
  { fault: 'answers garbage', how: '200, and bytes that are not JSON', mode: 'garbage' },
  { fault: 'closes the connection', how: 'in the middle of its answer', mode: 'reset' },
  { fault: 'floods', how: 'each answer has 100 MB', mode: { flood: 100 * 2 ** 20 } },
]

for (const { fault: what, how, mode } of MODES) {
  fault(
    {
      group,
      fault: what,
      how: `${how}; a job fails, the backend dies; then the Agent is well`,
      holds: 'the incident and both jobs reach it once each, and count as reported then',
      timeout: 150_000,
    },
    async ({ start, agent }) => {
      await agent.setMode(mode)
      const app = start({ env: { DD_TRACE_AGENT_URL: agent.url } })
      const puppet = await app.studio.puppet()
      app.settled()
      await puppet.start('failed')
      await puppet.fail('failed')
      await puppet.start('died')
      process.kill(await app.studio.backendPid(), 'SIGKILL')
      await app.studio.failedJobsOf(2)
      await (await app.studio.puppet(2)).ping()
      await agent.setMode('ok')
      const healedAt = performance.now()
      const reported = () =>
        [...app.studio.failedJobs(), ...app.studio.incidents()].filter((record) => record.reported).length
      await waitFor(() => reported() === 3, {
        what: () => `all to count as reported, it are ${reported()}:\n${app.studio.stderr}`,
        timeout: 90_000,
      })
      const seconds = ((performance.now() - healedAt) / 1_000).toFixed(0)
      const figure = await app.holds({ backend: 2 })
      await app.end()
      const arrived = agent
        .spans()
        .filter(({ name, error }) => name === 'studio.backend.incident' || (name === 'studio.job' && error))
      assert.equal(arrived.length, 3)
      return `3 of 3, ${seconds} s after it is well; ${figure}`
    },
  )
}
