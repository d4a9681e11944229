import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { ProfileSet } from '../src/common/protocol/profile-set'
import { readPprof } from '../src/main/profiling/read-pprof'
import { hotFunctions, topAllocators } from '../src/main/profiling/top-allocators'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test } from './support/app/test'

const names = (functions: readonly { function: string }[]) => functions.map((place) => place.function)

test('CPU and heap of the backend arrive each period, beside its traces', { tag: '@packed' }, async ({
  launch,
  agent,
}) => {
  const studio = launch({
    backend: 'busy.cjs',
    env: { DD_TRACE_AGENT_URL: agent.url, DD_PROFILING_UPLOAD_PERIOD: '2', DD_TAGS: 'team:studio' },
  })
  await studio.said(/busy runs/)
  const profile = await agent.waitForProfile(({ event }) =>
    String(event.tags_profiler).includes('profile_seq:1'),
  )
  const tags = String(profile.event.tags_profiler).split(',')
  expect(tags).toEqual(
    expect.arrayContaining([
      'runtime:nodejs',
      'format:pprof',
      'service:hanzo-studio-inference',
      'env:production',
      'version:0.1.0',
      'studio.process:backend',
      'team:studio',
      'snapshot:periodic',
      `process_id:${await studio.backendPid()}`,
    ]),
  )
  expect(profile.event).toMatchObject({
    family: 'node',
    version: '4',
    attachments: ['wall.pprof', 'space.pprof'],
  })
  const wall = readPprof(profile.attachments.get('wall.pprof') ?? Buffer.alloc(0))
  expect(wall.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
    'sample/count',
    'wall/nanoseconds',
  ])
  expect(names(hotFunctions(wall))[0]).toBe('fibonacci')
  // Each sample has its time, for the timeline.
  expect(gunzipSync(profile.attachments.get('wall.pprof') ?? '').includes('end_timestamp_ns')).toBe(true)
  const space = readPprof(profile.attachments.get('space.pprof') ?? Buffer.alloc(0))
  expect(space.sampleTypes.map(({ type, unit }) => `${type}/${unit}`)).toEqual([
    'inuse_objects/count',
    'inuse_space/bytes',
  ])
  expect(names(topAllocators(space))).toContain('keepSome')

  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  await agent.waitForProfile(({ event }) => String(event.tags_profiler).includes('snapshot:on_shutdown'))
  // Sets that an Agent accepted are not kept.
  expect(readdirSync(path.join(studio.dataFolder, 'profiles'))).toEqual([])
})

test('a heap that dies in a synchronous loop leaves its profile and the culprit', { tag: '@packed' }, async ({
  launch,
  agent,
}) => {
  const studio = launch({ env: { STUDIO_HEAP_LIMIT: '192MiB', DD_TRACE_AGENT_URL: agent.url } })
  await (await studio.puppet()).die('heap-out-of-memory')
  const incident = await studio.incident()
  expect(incident.topAllocators[0]).toMatchObject({
    function: 'heap-out-of-memory',
    line: expect.any(Number),
  })
  expect(incident.topAllocators[0]?.file).toContain('puppet.cjs')
  expect(incident.topAllocators[0]?.cumulativeShare).toBeGreaterThanOrEqual(
    incident.topAllocators[0]?.share ?? 1,
  )
  expect(incident.profiles).toEqual({
    heap: expect.stringContaining('space.pprof'),
    cpu: expect.stringContaining('wall.pprof'),
  })
  expect(incident.evidence.join()).toContain('came from heap-out-of-memory')
  // Its course, however fast it filled: from where it was to nearly full.
  const shares = incident.memory.samples.flatMap(({ heapUsedBytes, heapLimitBytes }) =>
    heapUsedBytes === null || heapLimitBytes === null ? [] : [heapUsedBytes / heapLimitBytes],
  )
  expect(shares[0]).toBeLessThan(0.5)
  expect(shares.at(-1)).toBeGreaterThanOrEqual(0.85)
  const uploaded = await agent.waitForProfile(({ event }) =>
    String(event.tags_profiler).includes('snapshot:on_oom'),
  )
  expect(uploaded.event.attachments).toEqual(['wall.pprof', 'space.pprof'])
  const of = (file: string) => readPprof(uploaded.attachments.get(file) ?? Buffer.alloc(0))
  expect(names(topAllocators(of('space.pprof')))[0]).toBe('heap-out-of-memory')
  expect(names(hotFunctions(of('wall.pprof')))).toContain('heap-out-of-memory')

  const top = launch({ dataFolder: studio.dataFolder, args: ['top', '--json'] })
  expect(await top.exited).toEqual({ code: 0, signal: null })
  expect(JSON.parse(top.stdout)).toMatchObject({ incident: { id: incident.id } })
})

test('a tree near its memory limit leaves a heap profile, with the heap far from its own', async ({
  launch,
  agent,
}) => {
  // Sets that an Agent accepts are not kept.
  agent.setMode('refuse')
  const limitBytes = 400 * 2 ** 20
  const studio = launch({
    backend: 'buffers.cjs',
    env: { STUDIO_MEMORY_LIMIT: '400MiB', STUDIO_RESTART: 'never', DD_TRACE_AGENT_URL: agent.url },
  })
  const { cause, profiles, memory } = await studio.incident()
  expect({ cause, profiles }).toMatchObject({
    cause: 'memory-limit',
    profiles: { heap: expect.stringContaining('space.pprof') },
  })
  const name = String(profiles.heap).replace('-space.pprof', '.on_oom.json')
  const file = path.join(studio.dataFolder, 'profiles', name)
  const set = JSON.parse(readFileSync(file, 'utf8')) as ProfileSet
  expect(set.heap?.usedBytes ?? 1).toBeGreaterThan(0)
  expect((set.heap?.usedBytes ?? 1) / (set.heap?.limitBytes ?? 1)).toBeLessThan(0.5)
  const tree = memory.samples.findLast(({ at, treeRssBytes }) => treeRssBytes !== null && at <= set.end)
  expect((tree?.treeRssBytes ?? 0) / limitBytes).toBeGreaterThan(0.8)
})

test('profiles wait on disk for an Agent that is away', async ({ launch, agent }) => {
  agent.setMode('refuse')
  const studio = launch({
    backend: 'busy.cjs',
    env: { DD_TRACE_AGENT_URL: agent.url, DD_PROFILING_UPLOAD_PERIOD: '1' },
  })
  const profiles = () => readdirSync(path.join(studio.dataFolder, 'profiles'))
  await waitFor(() => profiles().filter((name) => name.endsWith('.json')).length >= 2, {
    what: 'two sets on disk',
  })
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  const waiting = profiles().filter((name) => name.endsWith('.json')).length

  agent.setMode('ok')
  const next = launch({
    backend: 'busy.cjs',
    dataFolder: studio.dataFolder,
    env: { DD_TRACE_AGENT_URL: agent.url, DD_PROFILING_UPLOAD_PERIOD: '3600' },
  })
  await waitFor(() => agent.profiles().length >= waiting, { what: `${waiting} sets to arrive` })
  const starts = agent.profiles().map(({ event }) => String(event.start))
  expect(starts).toEqual(starts.toSorted())
  expect(new Set(starts).size).toBe(starts.length)
  expect(await next.quit()).toEqual({ code: 0, signal: null })
})

test('DD_PROFILING_ENABLED=false takes no profiles', async ({ launch }) => {
  const studio = launch({ env: { DD_PROFILING_ENABLED: 'false', STUDIO_HEAP_LIMIT: '96MiB' } })
  await (await studio.puppet()).die('heap-out-of-memory')
  expect(await studio.incident()).toMatchObject({
    cause: 'heap-out-of-memory',
    profiles: { heap: null, cpu: null },
  })
  expect(readdirSync(path.join(studio.dataFolder, 'profiles'))).toEqual([])
})
