import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { waitFor } from '../testing/waiting/wait-for'
import { expect, test } from './support/app/test'
import { PublishedEngine, usePublishedEngine } from './support/engine/published-engine'
import { canMakeMemoryCgroup, MemoryCgroup } from './support/memory-cgroup'

usePublishedEngine()
test.slow()

const MIB = 2 ** 20
/** 256 MiB, of tensors or of Python's objects. */
const SIZED = { width: 2_048, height: 2_048, seconds: 0.3 }

let seed = 0
/** A job of the kind that is known, once it has run. */
const sized = (more: object = {}) => [['Sized', { ...SIZED, seed: ++seed, ...more }]] as const

test('a job that will not fit begins once the engine has freed what it keeps', async ({ launch, agent }) => {
  const engine = await PublishedEngine.create()
  const env = {
    ...engine.settings(),
    STUDIO_ADMISSION: 'prevent',
    STUDIO_MEMORY_LIMIT: '1300MiB',
    DD_TRACE_AGENT_URL: agent.url,
  }
  const studio = launch({ backend: null, env })
  await studio.said(/the engine answers at /)
  for (const _ of [1, 2]) expect(await engine.ended(await engine.submit(sized()))).toBe('success')
  expect(await engine.ended(await engine.submit([['Result', { mib: 700 }]]))).toBe('success')
  const id = await engine.submit(sized())
  const behind = await engine.submit([['Note', { text: 'behind' }]])
  const [held] = await studio.said(/the job \S+ is held: .*/)
  expect(held).toMatch(new RegExp(`the job ${id} is held: it needs about 2\\d\\d(\\.\\d)? MiB, `))
  expect(held).toMatch(
    /are free below STUDIO_MEMORY_LIMIT, and 7\d\d(\.\d)? MiB are held by what earlier jobs left: /,
  )
  expect(held).toContain('the engine is asked to unload its models and to free its caches first')
  await studio.said(new RegExp(`the job ${id} has room now, and begins after `))
  expect(await engine.ended(id)).toBe('success')
  expect(await engine.ended(behind)).toBe('success')
  expect(studio.output).not.toContain('is expected not to fit')
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toEqual([])
  const counted = agent.metrics().filter(({ name }) => name === 'studio.jobs.held')
  expect(counted.map(({ tags }) => tags.includes('room:true'))).toEqual([true])
})

test('a job waits while another program holds the memory that it needs, and the API answers', async ({
  launch,
}) => {
  const available = await canMakeMemoryCgroup()
  test.skip(!available.ok, available.ok ? '' : `no memory cgroup can be made here: ${available.reason}`)
  const cgroup = await MemoryCgroup.make(2_000 * MIB)
  try {
    const engine = await PublishedEngine.create()
    const env = { ...engine.settings(), STUDIO_ADMISSION: 'prevent', STUDIO_MEMORY_LIMIT: '0' }
    const studio = launch({ backend: null, env, wrap: (command, args) => cgroup.wrap(command, args) })
    await studio.said(/the engine answers at /)
    for (const _ of [1, 2]) expect(await engine.ended(await engine.submit(sized()))).toBe('success')
    const free = 2_000 * MIB - cgroup.usedBytes()
    const { command, args } = cgroup.wrap('python3', ['-c', HOG, String(free - 150 * MIB)])
    const hog = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    await once(hog.stdout, 'data')
    const id = await engine.submit(sized())
    const other = await engine.submit([['Note', { text: 'other' }]])
    const [held] = await studio.said(/the job \S+ is held: .* another program .*/)
    expect(held).toMatch(new RegExp(`the job ${id} .* are free below the cgroup's limit`))
    // It waits, and so does what is behind it.
    expect(await engine.waiting()).toBe(2)
    hog.stdin.end()
    await once(hog, 'exit')
    await studio.said(new RegExp(`the job ${id} has room now`))
    expect(await engine.ended(id)).toBe('success')
    expect(await engine.ended(other)).toBe('success')
    expect(await studio.quit()).toEqual({ code: 0, signal: null })
    expect(studio.incidents()).toEqual([])
  } finally {
    for (const pid of cgroup.pids()) process.kill(pid, 'SIGKILL')
    await cgroup.remove()
  }
})

/** Holds so many bytes until its input ends. */
const HOG = `
import sys
held = bytearray(b"x") * int(sys.argv[1])
print("holds", flush=True)
sys.stdin.read()
`

/** The ids of the jobs that were run, in the order they began. */
const begun = (engine: PublishedEngine) =>
  engine
    .tracked()
    .filter(({ what }) => what === 'begun')
    .map(({ job }) => job)

/** A job that says when it begins. */
const tracked = (job: string) =>
  [
    ['Sized', { ...SIZED, seed: ++seed }],
    ['Track', { job, seconds: 0 }],
  ] as const

test('an engine whose leftovers are in the way is replaced between two jobs, and no job is lost', async ({
  launch,
  agent,
}) => {
  const engine = await PublishedEngine.create()
  const env = {
    ...engine.settings(),
    STUDIO_ADMISSION: 'prevent',
    STUDIO_MEMORY_LIMIT: '1300MiB',
    STUDIO_RESTART_LIMIT: '1/10m',
    DD_TRACE_AGENT_URL: agent.url,
  }
  const studio = launch({ backend: null, env })
  await studio.said(/the engine answers at /)
  const run = async (id: string) => {
    await engine.submit(tracked(id), { prompt_id: id })
    expect(await engine.ended(id)).toBe('success')
  }
  for (const id of ['one', 'two']) await run(id)
  const recycled = (n: number) =>
    [...studio.output.matchAll(/the engine is recycled for the job \S+: .*/g)][n]?.[0]
  // Python's objects, then tensors.
  for (const [n, keeps] of (['Leak', 'Grow'] as const).entries()) {
    const first = engine.pid()
    // While it runs, the others are submitted.
    const filling = await engine.submit([[keeps, { mib: 700 }]])
    const ids = ['a', 'b', 'c'].map((id) => `${keeps}-${id}`)
    for (const id of ids) await engine.submit(tracked(id), { prompt_id: id })
    await studio.seenJobs(filling, ...ids)
    for (const id of ids) expect(await engine.ended(id)).toBe('success')
    expect(engine.pid()).not.toBe(first)
    expect(recycled(n)).toMatch(
      new RegExp(
        `for the job ${ids[0]}: earlier jobs had left [67]\\d\\d(\\.\\d)? MiB in it; 3 jobs come back`,
      ),
    )
  }
  expect(recycled(2)).toBeUndefined()
  expect(begun(engine)).toEqual(['one', 'two', 'Leak-a', 'Leak-b', 'Leak-c', 'Grow-a', 'Grow-b', 'Grow-c'])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toEqual([])
  expect(studio.failedJobs()).toEqual([])
  const counted = agent.metrics().filter(({ name }) => name === 'studio.backend.restarts')
  expect(counted.map(({ tags }) => tags.includes('cause:recycled'))).toEqual([true, true])
  expect(agent.metrics().filter(({ name }) => name === 'studio.backend.deaths')).toEqual([])
})

test('a new engine that does not come up is a death like any other', async ({ launch }) => {
  const engine = await PublishedEngine.create()
  const script = path.join(engine.baseFolder, 'start.sh')
  writeFileSync(script, START_FAILS, { mode: 0o700 })
  const flag = path.join(engine.baseFolder, 'fails')
  const settings = engine.settings(script, flag, engine.python)
  const env = { ...settings, STUDIO_ADMISSION: 'prevent', STUDIO_MEMORY_LIMIT: '1300MiB' }
  const studio = launch({ backend: null, env })
  await studio.said(/the engine answers at /)
  for (const id of ['one', 'two']) {
    await engine.submit(tracked(id), { prompt_id: id })
    expect(await engine.ended(id)).toBe('success')
  }
  writeFileSync(flag, '')
  const filling = await engine.submit([['Leak', { mib: 700 }]])
  for (const id of ['a', 'b']) await engine.submit(tracked(id), { prompt_id: id })
  await studio.seenJobs(filling, 'a', 'b')
  for (const id of ['a', 'b']) expect(await engine.ended(id)).toBe('success')
  expect(begun(engine)).toEqual(['one', 'two', 'a', 'b'])
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toMatchObject([{ cause: 'error-exit', exitCode: 3 }])
  expect(studio.failedJobs().map(({ jobId, resubmitted }) => [jobId, resubmitted])).toEqual([
    ['a', true],
    ['b', true],
  ])
})

/** Fails at the next start of the engine, once there is the file. */
const START_FAILS = `#!/bin/sh
flag="$1"
shift
case "$*" in *main.py*) [ -e "$flag" ] && rm "$flag" && exit 3 ;; esac
exec "$@"
`

test('an engine that grows with each job is replaced while it does nothing', { tag: '@long' }, async ({
  launch,
}) => {
  const engine = await PublishedEngine.create()
  const env = { ...engine.settings(), STUDIO_ADMISSION: 'prevent', STUDIO_MEMORY_LIMIT: '1300MiB' }
  const studio = launch({ backend: null, env })
  await studio.said(/the engine answers at /)
  const run = async () => expect(await engine.ended(await engine.submit(sized({ keep: 70 })))).toBe('success')
  for (let n = 0; n < 6; n += 1) await run()
  const first = engine.pid()
  const [line] = await studio.said(/the engine is recycled .*/)
  expect(line).toMatch(
    /before the next jobs no longer fit: earlier jobs had left 4\d\d(\.\d)? MiB in it; no job waited/,
  )
  await waitFor(() => engine.isIdle(), { what: 'the next engine', timeout: 60_000 })
  expect(engine.pid()).not.toBe(first)
  await run()
  expect(await studio.quit()).toEqual({ code: 0, signal: null })
  expect(studio.incidents()).toEqual([])
  expect(studio.failedJobs()).toEqual([])
})
