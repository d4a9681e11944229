import type { Agent } from '../testing/agent/agent'
import type { Span } from '../testing/agent/span'
import { waitFor } from '../testing/waiting/wait-for'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'

const reports = (agent: Agent) =>
  agent
    .spans()
    .filter(({ name, error }) => name === 'studio.backend.incident' || (name === 'studio.job' && error))
const jobSpan = (agent: Agent, id: string) => reports(agent).find(({ meta }) => meta['studio.job.id'] === id)
const arrive = (agent: Agent, count: number) =>
  waitFor(() => reports(agent).length >= count, {
    what: () => `${count} reports; there came ${reports(agent).map(({ resource }) => resource)}`,
  })
const reported = (studio: Studio) =>
  [...studio.failedJobs(), ...studio.incidents()].map((record) => record.reported)
const all = (studio: Studio, count: number) =>
  waitFor(() => reported(studio).length === count && reported(studio).every(Boolean), {
    what: () => `${count} records to count as reported: ${reported(studio)}`,
  })
const linesOf = (studio: Studio, start: string) =>
  studio
    .log()
    .filter(({ message }) => message.startsWith(start))
    .map(({ level }) => level)
const told = (studio: Studio) => linesOf(studio, 'incidents and failed jobs')
const msOf = ({ start, duration }: Span) => [
  Number(start / 1_000_000n),
  Number((start + duration) / 1_000_000n),
]

test('what happened without an Agent arrives once, in order and with its true times, after restarts of the app', async ({
  launch,
  agent,
}) => {
  test.setTimeout(120_000)
  await agent.setMode('refuse')
  const env = { DD_TRACE_AGENT_URL: agent.url, DD_TAGS: 'team:images' }
  const first = launch({ env })
  const puppet = await first.puppet()
  await puppet.start('thrown')
  await puppet.fail('thrown')
  await first.failedJobsOf(1)
  await puppet.start('died', { name: 'portrait', kind: 'image', progress: '0.25' })
  process.kill(await first.backendPid(), 'SIGKILL')
  const incident = await first.incident()
  const again = await first.puppet(2)
  await again.start('killed')
  await waitFor(() => told(first).length > 0, {
    what: 'the line that the Agent is away',
  })
  await first.seenJobs('killed')
  first.kill('SIGKILL')
  await first.exited
  await first.gone()

  const second = launch({ env, dataFolder: first.dataFolder })
  const records = await second.failedJobsOf(3)
  expect(records.map(({ jobId, cause }) => [jobId, cause])).toEqual([
    ['thrown', 'job-error'],
    ['died', incident.cause],
    ['killed', 'app-killed'],
  ])
  expect(reported(second)).toEqual([false, false, false, false])
  await second.said(/incidents and failed jobs do not reach the Datadog Agent/)
  await agent.setMode('ok')
  await arrive(agent, 4)

  expect(reports(agent).map(({ meta }) => meta['studio.job.id'] ?? meta['studio.incident.id'])).toEqual([
    'thrown',
    'died',
    incident.id,
    'killed',
  ])
  for (const record of records) {
    const span = jobSpan(agent, record.jobId)
    expect(span).toMatchObject({
      traceId: record.traceId,
      spanId: record.spanId,
      parentId: record.parentId ?? '0',
      service: 'hanzo-studio-inference',
      type: 'worker',
    })
    expect(span && msOf(span)).toEqual([Date.parse(record.startedAt), Date.parse(record.failedAt)])
    expect(span?.meta).toMatchObject({
      'studio.process': 'backend',
      'studio.job.cause': record.cause,
      env: 'production',
      team: 'images',
    })
    expect(span?.metrics._sampling_priority_v1).toBe(2)
  }
  expect(jobSpan(agent, 'died')?.meta['studio.incident.id']).toBe(incident.id)
  expect(jobSpan(agent, 'thrown')?.meta).toMatchObject({
    'error.type': 'RangeError',
    'error.message': 'the image is too large',
    'error.stack': expect.stringContaining('puppet.cjs'),
    'runtime-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    version: '0.1.0',
  })
  const death = reports(agent).find(({ name }) => name === 'studio.backend.incident')
  expect(death && msOf(death)[0]).toBe(Date.parse(incident.at))
  expect(death?.meta['_dd.span_links']).toContain(jobSpan(agent, 'died')?.traceId)
  await all(second, 4)
  // One warning for each run that did not reach it, however often it tried, and one line when it was back.
  expect(told(second)).toEqual(['warn', 'warn', 'info'])
  expect(await second.quit()).toEqual({ code: 0, signal: null })

  const third = launch({ env, dataFolder: first.dataFolder })
  const last = await third.puppet()
  await last.start('new')
  await last.fail('new')
  await arrive(agent, 5)
  expect(await third.quit()).toEqual({ code: 0, signal: null })
  expect(reports(agent)).toHaveLength(5)
  expect(reported(third)).toEqual([true, true, true, true, true])
})

for (const mode of ['garbage', { status: 503 }] as const) {
  test(`an Agent that answers with ${JSON.stringify(mode)} has taken nothing`, async ({ launch, agent }) => {
    await agent.setMode(mode, 'traces')
    const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
    const puppet = await studio.puppet()
    await puppet.start('died')
    process.kill(await studio.backendPid(), 'SIGKILL')
    await studio.said(/incidents and failed jobs do not reach the Datadog Agent/)
    await studio.failedJobsOf(1)
    expect(reported(studio)).toEqual([false, false])
    const again = await studio.puppet(2)
    await again.ping()
    await studio.said(/traces do not reach the Datadog Agent/)
    await agent.setMode('ok')
    await arrive(agent, 2)
    await all(studio, 2)
    await again.ping()
    await studio.said(/traces reach the Datadog Agent again/)
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    expect(reports(agent)).toHaveLength(2)
    expect(told(studio)).toEqual(['warn', 'info'])
    expect(linesOf(studio, 'traces ')).toEqual(['warn', 'info'])
  })
}

test('an Agent that hangs holds up neither the restart nor the end, and gets it at the next start', async ({
  launch,
  agent,
}) => {
  await agent.setMode('hang')
  const env = { DD_TRACE_AGENT_URL: agent.url }
  const studio = launch({ env })
  const puppet = await studio.puppet()
  await puppet.start('died')
  process.kill(await studio.backendPid(), 'SIGKILL')
  await studio.backendPid(2)
  await agent.waitForRequest(({ endpoint }) => endpoint === 'traces')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(reported(studio)).toEqual([false, false])

  await agent.setMode('ok')
  const next = launch({ env, dataFolder: studio.dataFolder })
  await arrive(agent, 2)
  await all(next, 2)
  expect(await next.quit()).toEqual({ code: 0, signal: null })
  expect(reports(agent)).toHaveLength(2)
})
