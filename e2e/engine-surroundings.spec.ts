import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { waitFor } from '../testing/waiting/wait-for'
import { Engine, skipWithoutPython } from './support/app/engine'
import { expect, test } from './support/app/test'

test.beforeEach(skipWithoutPython)

const MIB = 2 ** 20

/** A folder with a program for the PATH. */
function folderWith(program: string, text: string): string {
  const folder = test.info().outputPath('bin')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, program), text)
  chmodSync(path.join(folder, program), 0o700)
  return folder
}

test("the limit holds for the engine's tree, and the incident tells its parts apart", async ({ launch }) => {
  test.skip(process.platform === 'win32', 'a shell script stands in for nvidia-smi')
  const bin = folderWith('nvidia-smi', '#!/bin/sh\necho "512, 24576"\necho "23000, 24576"\n')
  const engine = await Engine.create()
  const studio = launch({
    backend: null,
    env: {
      ...engine.settings('--child-mib', '60'),
      PATH: `${bin}${path.delimiter}${process.env.PATH}`,
      STUDIO_MEMORY_LIMIT: '700MiB',
      STUDIO_ENGINE_FREE: 'true',
    },
  })
  await engine.followed()
  const id = await engine.submit([['Sampler', { seconds: 2 }], ['Eat', { mib: 600 }], ['Wait']])
  await studio.seenJobs(id)
  const incident = await studio.incident()
  expect(incident).toMatchObject({ cause: 'memory-limit', oom: true, confidence: 'proven', jobIds: [id] })
  expect(incident.evidence.join()).toMatch(
    /the engine \(python\S*\) took \d+ MiB, its runner \d+(\.\d)? MiB, \d+(\.\d)? MiB what it started/,
  )
  const of = (role: string) => incident.memory.processes.filter((process) => process.role === role)
  expect(of('backend')).toHaveLength(1)
  expect(of('engine')[0]?.rssBytes).toBeGreaterThan(300 * MIB)
  expect(of('other')[0]?.rssBytes).toBeGreaterThan(50 * MIB)
  expect(incident.memory.samples.at(-1)?.systemUsedBytes).toBeGreaterThan(300 * MIB)
  expect(incident.memory.samples.some(({ gpuUsedBytes }) => gpuUsedBytes === 23_000 * MIB)).toBe(true)
  await studio.backendPid(2)
})

test('at memory pressure the engine is asked to unload its models, where that is wanted', async ({
  launch,
  agent,
}) => {
  const engine = await Engine.create()
  const studio = launch({
    backend: null,
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      ...engine.settings(),
      STUDIO_MEMORY_LIMIT: '1000MiB',
      STUDIO_ENGINE_FREE: 'true',
    },
  })
  await engine.followed()
  await engine.submit([['LoadModel', { mib: 840 }]])
  await studio.said(/memory is \d\d % full: the engine was asked to unload its models/)
  const [request] = (await engine.stats()).free
  expect(request?.body).toEqual({ unload_models: true, free_memory: true })
  // A tracer in the engine continues from these.
  const span = await agent.waitForSpan(({ name }) => name === 'studio.engine.free')
  expect(request?.headers).toMatchObject({ 'x-datadog-parent-id': span.spanId })
  expect(studio.incidents()).toEqual([])
})

test("what the engine prints while a job runs leads to the job's trace", async ({ launch, agent }) => {
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: { DD_TRACE_AGENT_URL: agent.url, ...engine.settings() } })
  await engine.followed()
  const id = await engine.submit([
    ['Sampler', { seconds: 0.5 }],
    ['Eat', { mib: 5 }],
  ])
  const job = await agent.waitForSpan(
    ({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === id,
  )
  const lines = await waitFor(
    () => {
      const log = readFileSync(path.join(studio.dataFolder, 'logs/backend.jsonl'), 'utf8').trim().split('\n')
      const records = log.map((line) => JSON.parse(line))
      return records.some(({ message }) => message === `running Eat of ${id}`) && records
    },
    { what: "the engine's line in the log" },
  )
  const of = (message: RegExp) => lines.find((line: { message: string }) => message.test(line.message))
  expect(of(/^running Eat/)).toMatchObject({
    stream: 'stdout',
    dd: { trace_id: job.traceId, span_id: job.spanId },
  })
  expect(of(/^To see the GUI/)).toMatchObject({ stream: 'stdout' })
  expect(of(/^To see the GUI/)?.dd).not.toHaveProperty('trace_id')
})

test('following many short jobs takes few questions', async ({ launch }) => {
  const engine = await Engine.create()
  const studio = launch({ backend: null, env: engine.settings() })
  await engine.followed()
  const asked = async () => {
    const { requests } = await engine.stats()
    return Object.entries(requests).reduce(
      (sum, [name, count]) => sum + (/jobs|history|queue/.test(name) ? count : 0),
      0,
    )
  }
  const before = await asked()
  const jobs = 40
  for (let job = 0; job < jobs; job += 1) await engine.submit([['Sampler', { seconds: 0.05, steps: 1 }]])
  const last = await engine.submit([['Fail']])
  expect((await studio.failedJobsOf(1))[0]?.jobId).toBe(last)
  // The list when one ends and the next begins, how the one ended, and its nodes.
  expect((await asked()) - before).toBeLessThan(4 * jobs)
})
