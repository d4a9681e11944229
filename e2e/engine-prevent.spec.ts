import { spawn } from 'node:child_process'
import { once } from 'node:events'
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
