import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { inspect } from 'node:util'
import { waitFor } from '../testing/waiting/wait-for'
import type { Studio } from './support/app/studio'
import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'
import { holdsInMemory } from './support/memory-of'

usePublishedEngine()
test.slow()

const KEY = 'key-of-a-paid-node-6f1d9a'
/** Holds the engine until it is killed. */
const LONG = [['Nap', { seconds: 120 }]] as const

/** A pack with one node, `Spare`. */
const SPARE_PACK = `
class Spare:
    RETURN_TYPES = ()
    FUNCTION = "run"
    CATEGORY = "test"
    OUTPUT_NODE = True
    INPUT_TYPES = classmethod(lambda cls: {"required": {}})

    def run(self):
        return ()


NODE_CLASS_MAPPINGS = {"Spare": Spare}
`

/** The process of the engine's `n`th start, waited for. */
async function enginePid(studio: Studio, n = 1): Promise<number> {
  const pids = () => [...studio.output.matchAll(/the engine is process (\d+)/g)].map(([, pid]) => Number(pid))
  return waitFor(() => pids()[n - 1], { what: () => `the engine's start number ${n}:\n${studio.output}` })
}

async function launched(
  launch: (options: object) => Studio,
  env: Readonly<Record<string, string>> = {},
  prepare: (engine: PublishedEngine) => void = () => {},
) {
  const engine = await PublishedEngine.create()
  prepare(engine)
  const studio = launch({ backend: null, env: { ...engine.settings(), ...env } })
  await studio.said(/the engine answers at /)
  return { engine, studio }
}

/** A job that runs, and three behind it. */
async function busy(engine: PublishedEngine, studio: Studio) {
  const running = await engine.submit(LONG)
  const waiting = []
  for (const id of ['job-a', 'job-b', 'job-c']) {
    waiting.push(await engine.submit([['Note', { text: id }]], { prompt_id: id }))
  }
  await studio.seenJobs(running, ...waiting)
  return { running, waiting }
}

test('jobs that had not begun come back after a kill -9, in order, with all that they carry', async ({
  launch,
  agent,
}) => {
  const { engine, studio } = await launched(launch, { DD_TRACE_AGENT_URL: agent.url })
  const running = await engine.submit([['Note', { text: 'runs' }], ...LONG])
  for (const id of ['job-a', 'job-b', 'job-c']) {
    await engine.submit([['Note', { text: id }]], {
      prompt_id: id,
      client_id: 'a-client',
      extra_data: { api_key_studio_org: KEY, note: id },
    })
  }
  await engine.submit([['Note', { text: 'job-front' }]], { prompt_id: 'job-front', front: true })
  await studio.seenJobs(running, 'job-a', 'job-b', 'job-c', 'job-front')
  process.kill(await enginePid(studio), 'SIGKILL')

  expect(await engine.ended('job-c')).toBe('success')
  const hashed = createHash('sha256').update(KEY).digest('hex')
  expect(engine.notes()).toEqual([
    { text: 'runs', key: null },
    { text: 'job-front', key: null },
    { text: 'job-a', key: hashed },
    { text: 'job-b', key: hashed },
    { text: 'job-c', key: hashed },
  ])
  expect(await engine.extraDataOf('job-b')).toMatchObject({
    note: 'job-b',
    client_id: 'a-client',
    studio_monitor: { resubmitted: 1 },
  })
  expect(await studio.incident()).toMatchObject({ jobIds: [running] })
  const records = await studio.failedJobsOf(5)
  expect(records.map(({ jobId, state, resubmitted }) => [jobId, state, resubmitted])).toEqual([
    [running, 'running', false],
    ['job-front', 'queued', true],
    ['job-a', 'queued', true],
    ['job-b', 'queued', true],
    ['job-c', 'queued', true],
  ])
  const span = await agent.waitForSpan(
    ({ name, meta }) => name === 'studio.job' && meta['studio.job.id'] === 'job-c',
  )
  expect(span.error).toBe(false)

  if (process.platform === 'linux') {
    expect(holdsInMemory(await studio.backendPid(), 'job-c'), 'the reading itself').toBe(true)
    expect(holdsInMemory(studio.pid, KEY), 'the key in main').toBe(false)
  }
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.log().at(-1)?.message).toBe('ended; no job was cancelled')
  const files = readdirSync(studio.dataFolder, { recursive: true, withFileTypes: true })
  for (const file of files.filter((entry) => entry.isFile())) {
    const name = path.join(file.parentPath, file.name)
    expect(readFileSync(name).includes(KEY), name).toBe(false)
  }
  expect(studio.output).not.toContain(KEY)
  expect(inspect(agent.spans(), { depth: null, maxArrayLength: null, maxStringLength: null })).not.toContain(
    KEY,
  )
})

test('with STUDIO_RESUBMIT=off they are lost with the engine', async ({ launch }) => {
  const { engine, studio } = await launched(launch, { STUDIO_RESUBMIT: 'off' })
  const { running, waiting } = await busy(engine, studio)
  process.kill(await enginePid(studio), 'SIGKILL')
  const records = await studio.failedJobsOf(4)
  expect(records.map(({ jobId, resubmitted }) => [jobId, resubmitted])).toEqual(
    [running, ...waiting].map((id) => [id, false]),
  )
  await enginePid(studio, 2)
  await engine.ready()
  expect(engine.notes()).toEqual([])
})

test('a job that came back three times and never began is lost, and told', async ({ launch }) => {
  const { engine, studio } = await launched(launch, { STUDIO_RESTART_LIMIT: '10/10m' })
  // One after the other begins in each new engine, ahead of the last.
  const ahead: string[] = []
  for (let n = 1; n <= 4; n += 1) ahead.push(await engine.submit(LONG))
  await engine.submit([['Note', { text: 'never' }]], { prompt_id: 'never' })
  await studio.seenJobs(...ahead, 'never')
  for (const [before, id] of ahead.entries()) {
    await waitFor(() => studio.openJobs().some((job) => job.id === id && job.state === 'running'), {
      what: () => `the job ${id} in the engine's start number ${before + 1}:\n${studio.output}`,
      timeout: 60_000,
    })
    await waitFor(async () => (await engine.waiting()) === ahead.length - before, {
      what: () => `all others to wait in the engine:
${studio.output}`,
      timeout: 60_000,
    })
    process.kill(await enginePid(studio, before + 1), 'SIGKILL')
    await studio.incident(before + 1)
  }
  const lost = () => studio.failedJobs().filter(({ resubmitted }) => !resubmitted)
  await waitFor(() => lost().length === 5, { what: () => `five lost jobs:\n${studio.output}` })
  expect(studio.failedJobs().map(({ jobId }) => jobId)).toEqual([...ahead, 'never'])
  expect(studio.failedJobs().at(-1)).toMatchObject({
    state: 'queued',
    resubmitted: false,
    error: { name: 'NotResubmitted', message: 'it has been submitted again 3 times and never began' },
  })
  expect(engine.notes()).toEqual([])
})

test('a job whose nodes the new engine does not have is recorded with that reason', async ({ launch }) => {
  const { engine, studio } = await launched(launch, {}, ({ baseFolder }) => {
    const pack = path.join(baseFolder, 'custom_nodes/spare_pack')
    mkdirSync(pack)
    writeFileSync(path.join(pack, '__init__.py'), SPARE_PACK)
  })
  const running = await engine.submit(LONG)
  await engine.submit([['Spare']], { prompt_id: 'gone' })
  await engine.submit([['Note', { text: 'there' }]], { prompt_id: 'there' })
  await studio.seenJobs(running, 'gone', 'there')
  rmSync(path.join(engine.baseFolder, 'custom_nodes/spare_pack'), { recursive: true })
  process.kill(await enginePid(studio), 'SIGKILL')
  expect(await engine.ended('there')).toBe('success')
  const records = await studio.failedJobsOf(3)
  expect(records.find(({ jobId }) => jobId === 'gone')).toMatchObject({
    state: 'queued',
    resubmitted: false,
    incidentId: (await studio.incident()).id,
    error: { name: 'NotResubmitted', message: 'the new engine has no node Spare any more' },
  })
})

test('jobs that wait come back after a death at the memory limit', async ({ launch }) => {
  const { engine, studio } = await launched(launch, { STUDIO_MEMORY_LIMIT: '1GiB' })
  const greedy = await engine.submit([['Grow', { mib: 4_000 }]])
  await engine.submit([['Note', { text: 'behind it' }]], { prompt_id: 'behind it' })
  expect(await engine.ended('behind it')).toBe('success')
  expect(await studio.incident()).toMatchObject({ cause: 'memory-limit', oom: true, jobIds: [greedy] })
  expect(studio.failedJobs().map(({ jobId, resubmitted }) => [jobId, resubmitted])).toEqual([
    [greedy, false],
    ['behind it', true],
  ])
})

/** Two deaths, after the second of which the next engine is not started at once: two jobs have run, and one waits. */
async function betweenEngines(launch: (options: object) => Studio) {
  const { engine, studio } = await launched(launch)
  const ran = [await engine.submit(LONG), await engine.submit(LONG)]
  await engine.submit([['Note', { text: 'waits' }]], { prompt_id: 'waits' })
  await studio.seenJobs(...ran, 'waits')
  for (const [before, id] of ran.entries()) {
    await waitFor(() => studio.openJobs().some((job) => job.id === id && job.state === 'running'), {
      what: () => `the job ${id}:\n${studio.output}`,
      timeout: 60_000,
    })
    await waitFor(async () => (await engine.waiting()) === ran.length - before, {
      what: () => `the others to wait in the engine:\n${studio.output}`,
      timeout: 60_000,
    })
    process.kill(await enginePid(studio, before + 1), 'SIGKILL')
    await studio.incident(before + 1)
  }
  const lost = () =>
    studio.failedJobs().map(({ jobId, state, resubmitted }) => [jobId, state, resubmitted] as const)
  return { engine, studio, ran, lost }
}

test('a job that waits between two engines is given up when Studio is quit there', async ({ launch }) => {
  const { studio, ran, lost } = await betweenEngines(launch)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.log().at(-1)?.message).toBe('ended; 1 job was cancelled, which waited')
  expect(lost().filter(([id]) => id !== 'waits')).toEqual(ran.map((id) => [id, 'running', false]))
})

test('a job that waits between two engines is lost, and told, when its runner dies there', async ({
  launch,
}) => {
  const { engine, studio, ran, lost } = await betweenEngines(launch)
  process.kill(await studio.backendPid(), 'SIGKILL')
  await studio.said(/jobs that had not begun are lost: the process that kept them died too/)
  await enginePid(studio, 3)
  await engine.ready()
  expect(lost()).toEqual([...ran.map((id) => [id, 'running', false]), ['waits', 'queued', false]])
  expect(engine.notes()).toEqual([])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
})

test('jobs that run and wait at a clean quit are given up, and the last line says how many', async ({
  launch,
}) => {
  const { engine, studio } = await launched(launch)
  await busy(engine, studio)
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.log().at(-1)?.message).toBe('ended; 4 jobs were cancelled (running: 1, waiting: 3)')
  expect([studio.failedJobs(), studio.incidents()]).toEqual([[], []])
})
