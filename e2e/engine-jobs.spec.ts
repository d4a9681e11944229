import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()

test('the engine itself says what becomes of each job and node, when it happens', { tag: '@packed' }, async ({
  launch,
  agent,
}) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: { DD_TRACE_AGENT_URL: agent.url, ...engine.settings() } })
  await studio.said(/the engine says what it does: Python 3\.\d+\.\d+, process \d+/)
  await studio.said(/custom_nodes\/test_pack took \d+\.\d s and .+ to load/)
  await studio.said(/the engine answers at /)

  // With a client's id the engine tells that client alone.
  const id = await engine.submit(
    [
      ['Nap', { seconds: 0.3 }],
      ['Fail', { message: 'no such model' }],
    ],
    { client_id: 'somebody' },
  )
  expect(await engine.ended(id)).toBe('error')
  const job = await agent.waitForSpan(
    ({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === id,
  )
  expect(job).toMatchObject({ error: true, resource: 'prompt', meta: { 'studio.job.name': 'Nap' } })
  const nap = await agent.waitForSpan(({ name, resource }) => name === 'studio.node' && resource === 'Nap')
  expect(nap).toMatchObject({
    parentId: job.spanId,
    traceId: job.traceId,
    meta: { 'studio.node.id': '1', 'studio.node.type': 'Nap', 'studio.node.pack': 'test_pack' },
    metrics: { 'studio.node.memory.peak': expect.any(Number) },
  })
  const failed = await agent.waitForSpan(
    ({ name, resource }) => name === 'studio.node' && resource === 'Fail',
  )
  expect(failed.error).toBe(true)
  const [record] = await studio.failedJobsOf(1)
  expect(record).toMatchObject({
    jobId: id,
    name: 'Nap',
    cause: 'job-error',
    error: { name: 'RuntimeError', message: 'no such model (Fail, node 2)' },
  })
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('a burst of failing jobs has a record for each', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  await studio.said(/the engine answers at /)
  const ids: string[] = []
  for (let job = 0; job < 200; job++) ids.push(await engine.submit([['Fail', { message: `job ${job}` }]]))
  await engine.ended(ids.at(-1) ?? '')
  const records = await studio.failedJobsOf(200)
  expect(records.map(({ jobId }) => jobId)).toEqual(ids)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('STUDIO_ENGINE_PROBE=false leaves the engine as it is', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: { ...engine.settings(), STUDIO_ENGINE_PROBE: 'false' } })
  await studio.said(/the engine answers at /)
  expect(studio.output).not.toContain('says what it does')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
