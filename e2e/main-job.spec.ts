import { exampleAddress, submit, succeeds } from './support/app/example'
import { expect, test } from './support/app/test'

test('a workflow that exhausts memory is on record, and the next one runs', async ({ launch, agent }) => {
  const studio = launch({
    backend: null,
    env: { PORT: '0', STUDIO_HEAP_LIMIT: '256MiB', DD_TRACE_AGENT_URL: agent.url },
  })
  const first = await exampleAddress(studio)
  const done = await submit(first, 'portrait')
  await succeeds(first, done)

  const lost = await submit(first, 'poster')
  const [record] = await studio.failedJobsOf(1)
  const incident = await studio.incident()
  expect(record).toMatchObject({
    jobId: lost,
    cause: 'heap-out-of-memory',
    oom: true,
    incidentId: incident.id,
  })
  expect(incident).toMatchObject({
    cause: 'heap-out-of-memory',
    oom: true,
    confidence: 'proven',
    jobIds: [lost],
    restart: { decision: 'restart', delayMs: 0, deathsInWindow: 1 },
  })

  const second = await exampleAddress(studio, 2)
  const after = await submit(second, 'portrait')
  await succeeds(second, after)
  expect(studio.failedJobs()).toHaveLength(1)

  const span = await agent.waitForSpan(
    ({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === after,
  )
  expect(span.meta['studio.process']).toBe('backend')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
