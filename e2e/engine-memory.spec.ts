import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from './support/app/test'
import { type Nodes, PublishedEngine, usePublishedEngine } from './support/engine/published-engine'
import { isAlive } from './support/process'

usePublishedEngine()
test.slow()

const MIB = 2 ** 20
const PROCESS = /the engine says what it does: Python \S+, process (\d+)/

/** Its objects and its tensors, each more than the limit leaves room for. */
const TAKERS: readonly [what: string, nodes: Nodes, type: string][] = [
  ['objects', [['Nap'], ['Leak', { mib: 4_000 }]], 'Leak'],
  ['tensors', [['Nap'], ['Grow', { mib: 4_000 }]], 'Grow'],
]

for (const [what, nodes, type] of TAKERS) {
  test(`a limit that a node's ${what} go over is told with node, pack and place`, async ({ launch }) => {
    const engine = await PublishedEngine.create()
    const studio = launch({ backend: null, env: { ...engine.settings(), STUDIO_MEMORY_LIMIT: '1000MiB' } })
    await studio.said(/the engine answers at /)
    const id = await engine.submit(nodes)
    const incident = await studio.incident()
    expect(incident).toMatchObject({
      cause: 'memory-limit',
      oom: true,
      jobIds: [id],
      node: { id: '2', type, pack: 'test_pack' },
    })
    expect(incident.evidence.join('\n')).toMatch(
      new RegExp(
        `${type} \\(node 2\\) of pack test_pack added .+ of .+,.* in \\S*fill \\(\\S+test_pack/__init__.py:\\d+\\)`,
      ),
    )
    // Nothing of the heap of the engine's runner.
    expect(incident.evidence.join()).not.toContain('heap')
    expect(incident.memory).toMatchObject({ heapUsedBytes: null, heapLimitBytes: null })
    expect(incident.memory.jobPeakBytes).toBeGreaterThan(500 * MIB)
    const [top] = incident.topAllocators
    expect(top).toMatchObject({ node: { id: '2', type, pack: 'test_pack' } })
    expect(top?.function).toMatch(/fill$/)
    expect(top?.share).toBeGreaterThan(0.3)
    const [job] = await studio.failedJobsOf(1)
    expect(job).toMatchObject({ jobId: id, state: 'running', node: { id: '2', type, pack: 'test_pack' } })
    expect(job?.peakBytes).toBe(incident.memory.jobPeakBytes)
    await studio.backendPid(2)
    const shown = launch({ dataFolder: studio.dataFolder, args: ['top', incident.id] })
    expect(await shown.exited).toEqual({ code: 0, signal: null })
    expect(shown.stdout).toMatch(/fill/)
  })
}

test('an engine that is killed leaves what it held, and who took it', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  const [, pid] = await studio.said(PROCESS)
  await studio.said(/the engine answers at /)
  expect(await engine.ended(await engine.submit([['Grow', { mib: 300 }]]))).toBe('success')
  const id = await engine.submit([['Nap', { seconds: 60 }]])
  await expect.poll(() => studio.openJobs().find((job) => job.id === id)?.state).toBe('running')
  process.kill(Number(pid), 'SIGKILL')
  const incident = await studio.incident()
  expect(isAlive(Number(pid))).toBe(false)
  expect(incident).toMatchObject({ jobIds: [id], node: { type: 'Nap', pack: 'test_pack' } })
  expect(incident.topAllocators[0]?.node).toMatchObject({ type: 'Grow', pack: 'test_pack' })
  expect(incident.memory.treeRssBytes).toBeGreaterThan(300 * MIB)
})

for (const [node, cause, oom, words] of [
  ['Exit', 'error-exit', false, 'it ended by itself while a job ran'],
  ['Abort', 'crash', true, 'Python wrote: std::bad_alloc'],
] as const) {
  test(`an engine that ends in ${node} is told as ${cause}`, async ({ launch }) => {
    const engine = await PublishedEngine.create()
    const studio = launch({ backend: null, env: engine.settings() })
    await studio.said(/the engine answers at /)
    const id = await engine.submit([[node]])
    const incident = await studio.incident()
    expect(incident).toMatchObject({ cause, oom, jobIds: [id], node: { type: node, pack: 'test_pack' } })
    expect(incident.evidence[0]).toContain(words)
    await studio.backendPid(2)
  })
}

test('five jobs in a row that leave more and more are told before anything dies; packs, jobs and nodes have metrics', async ({
  launch,
  agent,
}) => {
  const engine = await PublishedEngine.create()
  const studio = launch({ backend: null, env: { ...engine.settings(), DD_TRACE_AGENT_URL: agent.url } })
  await studio.said(/the engine answers at /)
  const told =
    /each of 5 jobs in a row left more memory than the one before, .+LeakAndCollect \(node 1\) of pack test_pack, in \S*fill \(/
  // Where the garbage is collected too early, on a busy machine, a job does not count.
  for (let job = 0; job < 30 && !told.test(studio.output); job += 1) {
    const id = await engine.submit([['LeakAndCollect', { mib: 12 + job }]])
    expect(await engine.ended(id)).toBe('success')
    await sleep(800)
  }
  expect(studio.output).toMatch(told)
  expect(studio.incidents()).toEqual([])

  const gauge = async (name: string, ...tags: string[]) => {
    const metric = await agent.waitForMetric(
      (one) => one.name === name && tags.every((tag) => one.tags.includes(tag)),
    )
    expect(metric.type, name).toBe('gauge')
    return metric.value
  }
  expect(await gauge('studio.engine.packs.import_time', 'pack:test_pack')).toBeGreaterThan(0)
  expect(await gauge('studio.engine.packs.import_memory', 'pack:test_pack')).toBeLessThan(500 * MIB)
  expect(await gauge('studio.engine.nodes.memory_growth', 'pack:test_pack')).toBeGreaterThan(5 * MIB)
  const peak = await gauge('studio.engine.nodes.memory_peak', 'pack:test_pack')
  expect(peak).toBeGreaterThan(100 * MIB)
  expect(await gauge('studio.engine.jobs.memory_growth')).toBeGreaterThan(5 * MIB)
  expect(await gauge('studio.engine.jobs.memory_peak')).toBeGreaterThan(100 * MIB)
  // Torch of this machine has no CUDA.
  expect(agent.metrics().filter(({ name }) => name.startsWith('studio.engine.gpu'))).toEqual([])
})
