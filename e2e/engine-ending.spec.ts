import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'
import { waitUntilGone } from './support/process'

usePublishedEngine()
test.slow()

test('a quit ends the engine as Ctrl-C does, and the job that it cuts off leaves its spans, cancelled', async ({
  launch,
  agent,
}) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: { DD_TRACE_AGENT_URL: agent.url, ...engine.settings() } })
  await studio.said(/the engine answers at /)
  const [running, waiting] = [
    await engine.submit([['Nap', { seconds: 60 }]]),
    await engine.submit([['Nap', { seconds: 61 }]]),
  ]
  await studio.seenJobs(running, waiting)
  await expect
    .poll(() => studio.openJobs().find(({ id }) => id === running)?.state, { timeout: 30_000 })
    .toBe('running')
  const all = studio.processes().map(({ pid }) => pid)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  await waitUntilGone(all)
  const job = await agent.waitForSpan(
    ({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === running,
  )
  expect(job.meta['studio.job.state']).toBe('cancelled')
  expect(job.error).toBe(false)
  const node = await agent.waitForSpan(({ name }) => name === 'studio.node')
  expect(node.parentId).toBe(job.spanId)
  const queue = await agent.waitForSpan(
    ({ name, meta }) => name === 'studio.job.queue' && meta['studio.job.id'] === waiting,
  )
  expect(queue.meta['studio.job.state']).toBe('cancelled')
  expect(studio.output).toContain('Stopped server')
  expect(studio.failedJobs()).toEqual([])
  expect(studio.incidents()).toEqual([])
})
