import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from './support/app/test'
import { isAlive, waitUntilGone } from './support/process'

test('a backend over its memory limit is ended, and told before', async ({ launch }) => {
  const studio = launch({
    backend: 'buffers.cjs',
    env: { STUDIO_MEMORY_LIMIT: '400MiB', STUDIO_RESTART: 'never' },
  })
  await studio.said(/memory pressure 0\.\d\d/)
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'memory-limit', oom: true, confidence: 'proven' })
  expect(incident.profiles.cpu).toMatch(/wall\.pprof$/)
  expect(incident.memory.limitBytes).toBe(400 * 2 ** 20)
  expect(incident.memory.treeRssBytes ?? 0).toBeGreaterThan(0.85 * 400 * 2 ** 20)
  expect(incident.evidence.join()).toMatch(/outside V8's heap/)
  expect(studio.stderr.match(/memory is short/g)).toHaveLength(1)
  await studio.exited
  await studio.gone()
})

test('the limit holds for what the backend starts, and leaves no orphan', async ({ launch }) => {
  const studio = launch({
    backend: 'parent.cjs',
    env: { STUDIO_MEMORY_LIMIT: '300MiB', STUDIO_RESTART: 'never' },
  })
  const child = Number((await studio.said(/child is (\d+)/))[1])
  expect(isAlive(child)).toBe(true)
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'memory-limit', oom: true })
  expect(incident.evidence.join()).toMatch(/child processes .*sh/)
  await waitUntilGone([child])
})

test('a backend killed from outside leaves none of its children behind', async ({ launch }) => {
  const studio = launch({ backend: 'parent.cjs' })
  const child = Number((await studio.said(/child is (\d+)/))[1])
  process.kill(await studio.backendPid(), 'SIGKILL')
  await studio.backendPid(2)
  await waitUntilGone([child])
})

test('a stuck backend is reported with the function it is stuck in', { tag: '@packed' }, async ({
  launch,
}) => {
  test.slow()
  const studio = launch({ backend: 'stuck.cjs' })
  const incident = await studio.incident()
  expect(incident).toMatchObject({
    cause: 'unresponsive',
    oom: false,
    restart: { decision: 'none' },
    jobIds: ['under way'],
    profiles: { cpu: expect.stringContaining('wall.pprof') },
  })
  expect(incident.evidence[0]).toMatch(/^stuck in loopForever \(.*stuck\.cjs:\d+\)/)
  expect(isAlive(await studio.backendPid())).toBe(true)
  // Its jobs may still succeed.
  expect(studio.failedJobs()).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('a backend stuck in native code is not said to be stuck in what it did before', async ({ launch }) => {
  test.slow()
  const studio = launch({ backend: 'stuck-native.cjs' })
  await studio.said(/stopped responding/)
  expect(await studio.incident()).toMatchObject({
    cause: 'unresponsive',
    evidence: ['no CPU profile could be taken: it may be stuck in native code', expect.any(String)],
    profiles: { heap: null, cpu: null },
  })
  await studio.said(/the backend is responsive again/)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toHaveLength(1)
  // Neither the loop, which was too short for an incident, nor what ran after the unresponsive time is kept.
  const folder = path.join(studio.dataFolder, 'profiles')
  const sets = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const kinds = sets.map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')).kind)
  expect(kinds).not.toContain('unresponsive')
})

test('a stuck backend is restarted where that is wanted', async ({ agent, launch }) => {
  test.slow()
  const env = { STUDIO_UNRESPONSIVE: 'restart', DD_TRACE_AGENT_URL: agent.url }
  const studio = launch({ backend: 'stuck.cjs', env })
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'unresponsive', restart: { decision: 'restart' } })
  expect(incident.evidence.join()).toMatch(/stuck in loopForever/)
  await studio.backendPid(2)
  for (const name of ['studio.backend.silences', 'studio.backend.deaths', 'studio.backend.restarts']) {
    const { value, tags } = await agent.waitForMetric((metric) => metric.name === name)
    expect(value).toBe(1)
    if (name !== 'studio.backend.silences') expect(tags).toContain('cause:unresponsive')
  }
})
