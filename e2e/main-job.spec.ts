import { exampleAddress, submit, succeeds } from './support/app/example'
import { expect, test } from './support/app/test'

test('a workflow that exhausts memory is on record, and the next one runs', { tag: '@packed' }, async ({
  launch,
  agent,
}) => {
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

  // The job that killed the backend has its whole trace too.
  const traceOfLost = () => agent.spans().filter(({ traceId }) => traceId === record?.traceId)
  await agent.waitForSpan(({ spanId }) => spanId === record?.spanId)
  const named = (name: string) => traceOfLost().filter((one) => one.name === name)
  expect(named('web.request')).toMatchObject([{ spanId: record?.parentId, parentId: '0' }])
  expect(named('studio.job.queue')).toMatchObject([{ parentId: record?.parentId }])
  expect(named('studio.job')).toMatchObject([{ parentId: record?.parentId, error: true }])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})
