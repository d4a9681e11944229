import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()

test('the published engine runs under the monitor', async ({ launch, agent }) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: { DD_TRACE_AGENT_URL: agent.url, ...engine.settings() } })
  await studio.said(/its Python is not traced: it has no ddtrace/)
  await studio.said(/the engine answers at /)
  const id = await engine.submit([['Nap', { seconds: 0.2 }]])
  expect(await engine.ended(id)).toBe('success')
  await agent.waitForSpan(({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === id)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toEqual([])
})
