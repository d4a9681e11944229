import { dataPaths } from '../src/common/storage/data-folder'
import { readStatus } from '../src/main/records/status/status-record'
import { waitFor } from '../testing/waiting/wait-for'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'
import { isAlive, waitUntilGone } from './support/process'

const STANDBY = { STUDIO_STANDBY: 'true' }

/** Waits for a spare process other than these. @returns its pid */
function spareOf(studio: Studio, ...before: readonly number[]): Promise<number> {
  const spare = () => readStatus(dataPaths(studio.dataFolder).status).record?.standby?.pid ?? null
  return waitFor(
    () => {
      const pid = spare()
      return pid !== null && !before.includes(pid) && isAlive(pid) ? pid : null
    },
    { what: () => `a spare process:\n${studio.output}` },
  )
}

const tag = (tags: readonly string[], name: string) =>
  tags.find((each) => each.startsWith(`${name}:`))?.slice(name.length + 1)

test('a spare runs the backend after a death, and is seen from then on as any backend', async ({
  launch,
  agent,
}) => {
  const studio = launch({
    env: {
      ...STANDBY,
      DD_TRACE_AGENT_URL: agent.url,
      DD_PROFILING_UPLOAD_PERIOD: '2',
      DD_RUNTIME_METRICS_FLUSH_INTERVAL: '200',
      DD_RUNTIME_METRICS_RUNTIME_ID_ENABLED: 'true',
    },
  })
  const first = await studio.backendPid()
  const spare = await spareOf(studio, first)
  const runtimeIds = () => new Set(agent.metrics().flatMap(({ tags }) => tag(tags, 'runtime-id') ?? []))
  // Main's own and the backend's: nothing comes of a process that waits.
  await waitFor(() => runtimeIds().size >= 2, { what: 'runtime metrics of both processes' })
  agent.clear()
  // They begin a second after a process does, and come five times a second.
  const readings = () => agent.metrics().filter(({ name }) => name === 'runtime.node.mem.rss').length
  await waitFor(() => readings() >= 30, { what: 'three seconds of runtime metrics' })
  expect(runtimeIds().size).toBe(2)
  expect(
    agent.profiles().map(({ event }) => tag(String(event.tags_profiler).split(','), 'process_id')),
  ).not.toContain(String(spare))

  process.kill(first, 'SIGKILL')
  expect(await studio.backendPid(2)).toBe(spare)
  const puppet = await studio.puppet(2)
  await puppet.work('a')
  const span = await agent.waitForSpan(({ meta }) => meta['studio.job.id'] === 'a')
  expect(span.meta).toMatchObject({ 'studio.process': 'backend', env: 'production' })
  const runtimeId = span.meta['runtime-id'] ?? ''
  await waitFor(() => runtimeIds().has(runtimeId), { what: 'its runtime metrics' })
  const profile = await agent.waitForProfile(({ event }) =>
    String(event.tags_profiler).includes(`process_id:${spare}`),
  )
  expect(tag(String(profile.event.tags_profiler).split(','), 'runtime-id')).toBe(runtimeId)

  await spareOf(studio, first, spare)
  await puppet.start('b')
  await studio.seenJobs('b')
  process.kill(spare, 'SIGKILL')
  expect(await studio.incident(2)).toMatchObject({ pid: spare, jobIds: ['b'] })
  await studio.backendPid(3)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('a spare that was killed is no start, and nothing is left of one when the app is killed', async ({
  launch,
}) => {
  const studio = launch({ env: STANDBY })
  const first = await studio.backendPid()
  const spare = await spareOf(studio, first)
  process.kill(spare, 'SIGKILL')
  process.kill(first, 'SIGKILL')
  const second = await studio.backendPid(2)
  expect(second).not.toBe(spare)
  expect(studio.incidents()).toHaveLength(1)
  const next = await spareOf(studio, first, second, spare)
  studio.kill('SIGKILL')
  await studio.exited
  await waitUntilGone([second, next])
})
