import type { Span } from '../testing/agent/span'
import { waitFor } from '../testing/waiting/wait-for'
import { exampleAddress, submit, succeeds } from './support/app/example'
import { expect, test } from './support/app/test'

const ofJob = (name: string, id: string) => (span: Span) =>
  span.name === name && span.meta['studio.job.id'] === id

test('a job is one trace, from the request over the wait to what it does', async ({ launch, agent }) => {
  const studio = launch({ backend: null, env: { PORT: '0', DD_TRACE_AGENT_URL: agent.url } })
  const address = await exampleAddress(studio)
  // The second waits for the first, and is started by the queue, in no request's context.
  const [first, second] = [await submit(address, 'portrait'), await submit(address, 'portrait')]
  await succeeds(address, second)
  for (const id of [first, second]) {
    const job = await agent.waitForSpan(ofJob('studio.job', id))
    const wait = await agent.waitForSpan(ofJob('studio.job.queue', id))
    const trace = () => agent.spans().filter(({ traceId }) => traceId === job.traceId)
    const request = await agent.waitForSpan(({ spanId }) => spanId === job.parentId)
    expect(request).toMatchObject({ name: 'web.request', parentId: '0', traceId: job.traceId })
    expect(request.meta).toMatchObject({ 'http.method': 'POST', 'studio.process': 'backend' })
    expect(wait).toMatchObject({ parentId: request.spanId, traceId: job.traceId, error: false })
    expect(job).toMatchObject({
      resource: 'prompt',
      error: false,
      meta: { 'studio.job.state': 'done', 'studio.job.name': 'portrait', 'span.kind': 'consumer' },
      metrics: { '_dd.measured': 1 },
    })
    // One after the other, in true times.
    expect(wait.startMs).toBeGreaterThanOrEqual(request.startMs)
    expect(wait.startMs + wait.durationMs).toBeLessThanOrEqual(job.startMs + 1)
    // Its work is below it: the image is written within the job.
    await agent.waitForSpan(({ name, parentId }) => name === 'fs.operation' && parentId === job.spanId)
    const roots = trace().filter(({ parentId }) => parentId === '0')
    expect(roots).toEqual([request])
    // Most were sent before their parents ended, and are no entries to the service for that.
    expect(trace().filter(({ metrics }) => metrics['_dd.top_level'] === 1)).toEqual([request])
    const ids = new Set(trace().map(({ spanId }) => spanId))
    expect(trace().filter(({ parentId }) => parentId !== '0' && !ids.has(parentId))).toEqual([])
    expect(trace().filter(({ name }) => name.startsWith('studio.job'))).toHaveLength(2)
  }
  // Main's own look-ups and connections, to the Agent above all, are no traces.
  expect(agent.spans().filter(({ meta }) => meta['studio.process'] === 'main')).toEqual([])
  const end = (name: string, id: string) => {
    const span = agent.spans().find(ofJob(name, id))
    return span ? span.startMs + span.durationMs : Number.NaN
  }
  // Two traces have two clocks, set by the same one.
  expect(end('studio.job.queue', second)).toBeGreaterThan(end('studio.job', first) - 5)
})

test('what led to a job outlives the backend that the job kills', async ({ launch, agent }) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
  const puppet = await studio.puppet()
  await puppet.queue('ran')
  await puppet.queue('waited')
  await puppet.start('ran')
  // Its request is finished once another has been answered.
  await puppet.ping()
  process.kill(await studio.backendPid(), 'SIGKILL')
  const records = await studio.failedJobsOf(2)
  const record = (id: string) => records.find(({ jobId }) => jobId === id)
  expect(record('ran')).toMatchObject({ state: 'running', queuedAt: expect.any(String) })
  expect(record('waited')).toMatchObject({ state: 'queued', durationMs: 0, cause: 'killed' })
  for (const id of ['ran', 'waited']) {
    const request = await agent.waitForSpan(({ meta }) =>
      (meta['http.url'] ?? '').endsWith(`/queue?id=${id}`),
    )
    expect(request).toMatchObject({ traceId: record(id)?.traceId, spanId: record(id)?.parentId })
  }
  const wait = await agent.waitForSpan(ofJob('studio.job.queue', 'ran'))
  expect(wait).toMatchObject({ traceId: record('ran')?.traceId, parentId: record('ran')?.parentId })
})

test('a job’s own error: its span comes from main, and the rest of its trace from the backend', async ({
  launch,
  agent,
}) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url, DD_TRACE_SAMPLE_RATE: '0' } })
  const puppet = await studio.puppet()
  await puppet.failing('fails')
  await puppet.work('works')
  const [record] = await studio.failedJobsOf(1)
  expect(record).toMatchObject({
    jobId: 'fails',
    cause: 'job-error',
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  })
  const works = await agent.waitForSpan(ofJob('studio.job', 'works'))
  const request = await agent.waitForSpan(({ spanId }) => spanId === record?.parentId)
  const file = await agent.waitForSpan(
    ({ name, parentId }) => name === 'fs.operation' && parentId === record?.spanId,
  )
  for (const span of [request, file]) expect(span.traceId).toBe(record?.traceId)
  await agent.waitForSpan(ofJob('studio.job', 'fails'))
  await studio.quit()
  const [failed, ...again] = agent.spans().filter(ofJob('studio.job', 'fails'))
  expect(failed).toMatchObject({
    traceId: record?.traceId,
    spanId: record?.spanId,
    parentId: record?.parentId,
    error: true,
    // Only main knows it.
    meta: { 'studio.job.cause': 'job-error' },
    metrics: { _sampling_priority_v1: 2 },
  })
  expect(again).toEqual([])
  // Nothing is sampled, except what was open when the job failed.
  expect(works.metrics._sampling_priority_v1).toBe(-1)
  expect(request.metrics._sampling_priority_v1).toBe(2)
})

test('jobs that are cancelled are no failures', async ({ launch, agent }) => {
  const studio = launch({ env: { DD_TRACE_AGENT_URL: agent.url } })
  const puppet = await studio.puppet()
  await puppet.queue('waits')
  await puppet.cancel('waits')
  await puppet.start('runs')
  await puppet.cancel('runs')
  await puppet.fail('runs')
  const states = async (name: string, id: string) => {
    const { meta, error } = await agent.waitForSpan(ofJob(name, id))
    return [meta['studio.job.state'], error]
  }
  expect(await states('studio.job.queue', 'waits')).toEqual(['cancelled', false])
  expect(await states('studio.job', 'runs')).toEqual(['cancelled', false])
  await puppet.queue('lost')
  await puppet.die('abort')
  await waitFor(() => studio.failedJobs().length > 0, { what: 'the lost job' })
  expect(studio.failedJobs().map(({ jobId }) => jobId)).toEqual(['lost'])
})
