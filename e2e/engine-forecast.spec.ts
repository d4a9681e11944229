import { readFileSync } from 'node:fs'
import path from 'node:path'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'

usePublishedEngine()
test.slow()

const MIB = 2 ** 20

test('what a kind of job needs is learnt, and one that will not fit is told before it runs', async ({
  launch,
  agent,
}) => {
  const engine = await PublishedEngine.create()
  const env = { ...engine.settings(), STUDIO_MEMORY_LIMIT: '1300MiB', DD_TRACE_AGENT_URL: agent.url }
  const studio = launch({ backend: null, env })
  await studio.said(/the engine answers at /)
  // 256 MiB each.
  const size = { width: 2_048, height: 2_048 }
  for (const seed of [1, 2, 3])
    await engine.ended(await engine.submit([['Sized', { ...size, seed, seconds: 0.3 }]]))
  // Objects that stay leave no room for another of the same.
  await engine.ended(await engine.submit([['Leak', { mib: 700 }]]))
  const id = await engine.submit([['Sized', { ...size, seed: 4, seconds: 20 }]])
  const [line] = await studio.said(/the job \S+ is expected not to fit.*/)
  expect(line).toMatch(
    new RegExp(`the job ${id} .* needs about \\d+(\\.\\d)? MiB, .* are free below STUDIO_MEMORY_LIMIT`),
  )
  expect(line).toMatch(/earlier jobs have left \d+(\.\d)? (MiB|GiB) behind/)
  // It comes as it was foretold.
  expect(await studio.incident()).toMatchObject({ cause: 'memory-limit', jobIds: [id] })
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  const text = readFileSync(path.join(studio.dataFolder, 'needs.json'), 'utf8')
  const { kinds } = JSON.parse(text) as {
    kinds: { label: string; runs: { peakBytes: number; isBound: boolean }[] }[]
  }
  const sized = kinds.find(({ label }) => label === 'Sized, 2048x2048')
  const whole = sized?.runs.filter(({ isBound }) => !isBound) ?? []
  expect(whole.length).toBeGreaterThanOrEqual(3)
  for (const { peakBytes } of whole.slice(1)) {
    expect(peakBytes).toBeGreaterThan(230 * MIB)
    expect(peakBytes).toBeLessThan(290 * MIB)
  }
  const spans = await waitFor(
    () => {
      const found = agent
        .spans()
        .filter((span) => span.name === 'studio.job' && 'studio.job.expected_bytes' in span.metrics)
      return found.length > 0 ? found : null
    },
    { what: 'the spans of foretold jobs' },
  )
  expect(spans[0]?.metrics['studio.job.expected_bytes']).toBeGreaterThan(200 * MIB)
  expect(spans[0]?.metrics['studio.job.free_bytes']).toBeGreaterThan(0)
  const counted = agent.metrics().filter(({ name }) => name === 'studio.jobs.forecast')
  expect(counted.some(({ tags }) => tags.includes('fits:false'))).toBe(true)
  expect(counted.some(({ tags }) => tags.includes('fits:true'))).toBe(true)
})
