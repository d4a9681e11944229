import { waitFor } from '../testing/waiting/wait-for'
import { Engine, skipWithoutPython } from './support/app/engine'
import { expect, test } from './support/app/test'

test.beforeEach(skipWithoutPython)

for (const api of ['on', 'off'] as const) {
  test(`a job becomes spans from its submission to its end (/api/jobs ${api})`, async ({ launch, agent }) => {
    const engine = await Engine.create()
    const studio = launch({
      backend: null,
      env: { DD_TRACE_AGENT_URL: agent.url, ...engine.settings(`--api-jobs=${api}`) },
    })
    await engine.followed()
    const first = await engine.submit([['Wait']])
    const second = await engine.submit([
      ['Eat', { mib: 30 }],
      ['Sampler', { seconds: 0.5 }],
    ])
    await studio.seenJobs(first, second)
    await engine.release()

    const of = (id: string, name: string) =>
      agent.waitForSpan((span) => span.name === name && span.meta['studio.job.id'] === id)
    const wait = await of(second, 'studio.job.queue')
    const job = await of(second, 'studio.job')
    expect(job).toMatchObject({ error: false, meta: { 'studio.job.state': 'done' } })
    expect(job.traceId).toBe(wait.traceId)
    expect(job.durationMs).toBeGreaterThan(400)
    expect(job.startMs).toBeGreaterThanOrEqual(wait.startMs + wait.durationMs - 1)
    expect((await of(first, 'studio.job')).startMs).toBeLessThan(job.startMs)
    if (api === 'on') {
      // A job submitted without a client id sends everybody its nodes' progress.
      const sampler = await agent.waitForSpan(({ resource }) => resource === 'Sampler')
      expect(sampler).toMatchObject({ name: 'studio.node', parentId: job.spanId })
      expect(sampler.meta).toMatchObject({ 'studio.node.id': '2', 'studio.node.type': 'Sampler' })
      expect(sampler.durationMs).toBeGreaterThan(300)
    }
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    const names = new Set(agent.spans().map(({ name }) => name))
    // The monitor's requests to the engine leave no spans.
    expect([...names].filter((name) => !name.startsWith('studio.'))).toEqual([])
    expect(studio.incidents()).toEqual([])
  })
}

test("a node's error is a job's error, with its type and its node; the engine lives", {
  tag: '@packed',
}, async ({ launch }) => {
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  await engine.followed()
  const message = 'CUDA out of memory. Tried to allocate 2.50 GiB'
  const id = await engine.submit([['Eat'], ['Fail', { kind: 'torch.OutOfMemoryError', message }]], {
    client_id: 'the-user',
  })
  const [record] = await studio.failedJobsOf(1)
  expect(record).toMatchObject({
    jobId: id,
    kind: 'prompt',
    cause: 'job-error',
    oom: true,
    incidentId: null,
    error: { name: 'torch.OutOfMemoryError', message: `${message} (Fail, node 2)` },
  })
  expect(studio.incidents()).toEqual([])
})

test('interrupted and withdrawn jobs are no failures', async ({ launch, agent }) => {
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: { DD_TRACE_AGENT_URL: agent.url, ...engine.settings() } })
  await engine.followed()
  const interrupted = await engine.submit([['Wait']])
  const withdrawn = await engine.submit([['Wait']])
  const last = await engine.submit([['Sampler']])
  await studio.seenJobs(interrupted, withdrawn, last)
  await engine.withdraw(withdrawn)
  await engine.interrupt()
  const states = async (id: string) =>
    (await agent.waitForSpan(({ meta }) => meta['studio.job.id'] === id && 'studio.job.state' in meta)).meta[
      'studio.job.state'
    ]
  expect(await states(last)).toBe('done')
  expect(await states(interrupted)).toBe('cancelled')
  expect(await states(withdrawn)).toBe('cancelled')
  expect(studio.failedJobs()).toEqual([])
})

test('a WebSocket that drops and returns loses no job', async ({ launch, agent }) => {
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: { DD_TRACE_AGENT_URL: agent.url, ...engine.settings() } })
  await engine.followed()
  const before = await engine.submit([['Wait']])
  await studio.seenJobs(before)
  await engine.dropSockets()
  await studio.said(/the engine's WebSocket is closed: its jobs are polled/)
  const during = await engine.submit([['Fail']])
  await engine.release()
  const [record] = await studio.failedJobsOf(1)
  expect(record?.jobId).toBe(during)
  await engine.acceptSockets()
  await studio.said(/the engine's WebSocket is open again/)
  const after = await engine.submit([['Sampler']])
  for (const id of [before, after]) {
    await agent.waitForSpan(({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === id)
  }
  expect(studio.stdout.match(/WebSocket is closed/g)).toHaveLength(1)
})

for (const [mode, trouble] of [
  ['500', 'answers with status 500'],
  ['garbage', 'answers what is not JSON'],
  ['hang', 'does not answer within 10 s'],
] as const) {
  test(`an API in trouble (${mode}) is told once, and no job is taken for lost`, async ({ launch }) => {
    test.slow()
    const engine = await Engine.create()
    const studio = launch({ backend: null, env: engine.settings() })
    await engine.followed()
    const id = await engine.submit([['Wait']])
    await studio.seenJobs(id)
    await engine.setMode(mode)
    // The job ends meanwhile, and the engine announces a change.
    await engine.release()
    await studio.said(new RegExp(`the engine's API ${trouble}`))
    expect(studio.openJobs()).toHaveLength(1)
    await engine.setMode('ok')
    await studio.said(/the engine's API answers again/)
    await waitFor(() => studio.openJobs().length === 0, { what: "the job's end" })
    expect(studio.stdout.match(/the engine's API/g)).toHaveLength(2)
    expect(studio.failedJobs()).toEqual([])
  })
}
