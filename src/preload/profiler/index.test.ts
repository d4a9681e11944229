import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleProgram, startProgram, temporaryFolder } from '../../../testing/program/program'
import { bundleProfiled, bundleThread, PROFILER, runProfiled } from './testing/profiled-program'

/** The least time that tells an awaited call from one that is not, in milliseconds. */
const DEADLINE_MS = 1_000

/** A main thread that ends as its profiler lets it, and says how long that took. */
const FINISH = `
setTimeout(async () => {
  const from = performance.now()
  await profiler.finish()
  process.stdout.write(String(Math.round(performance.now() - from)), () => process.exit(7))
}, 300)`

async function withThread(thread: string | null, contents = FINISH) {
  const file = await bundleProfiled(contents)
  const threadFile = join(dirname(file), 'profiler.cjs')
  rmSync(threadFile)
  if (thread !== null) writeFileSync(threadFile, thread)
  return runProfiled(file)
}

describe('a thread', { timeout: 30_000 }, () => {
  it('that works is done in time', async () => {
    const { code, stdout, warnings, complaints, sets } = await runProfiled(await bundleProfiled(FINISH))
    expect({ code, warnings, complaints }).toEqual({ code: 7, warnings: [], complaints: [] })
    expect(Number(stdout)).toBeLessThan(1_000)
    expect(sets).toMatchObject([{ kind: 'on_shutdown', run: 'run', seq: 0 }])
    expect(sets[0]?.files).toEqual({ wall: 'run-000000-wall.pprof', space: 'run-000000-space.pprof' })
  })

  it('that is told of a tree near its limit takes a heap profile', async () => {
    const file = await bundleProfiled(`
      import { readdirSync } from 'node:fs'
      const GIB = 2 ** 30
      profiler.started.then(() => profiler.lookAtTree(900 * GIB))
      const isTaken = () => readdirSync(process.env.FOLDER).some((name) => name.endsWith('.json'))
      setInterval(() => isTaken() && profiler.finish().then(() => process.exit(7)), 20)
    `)
    const { code, sets } = await runProfiled(file, { env: { MEMORY_LIMIT: String(1_000 * 2 ** 30) } })
    expect(code).toBe(7)
    expect(sets[0]).toMatchObject({ kind: 'near-death', heap: { usedBytes: expect.any(Number) } })
  })

  it.each([
    ['is not there', null, /^the profiler thread failed \(continuing without\): Cannot find module/],
    ['cannot be read', 'this is no JavaScript', /^the profiler thread failed \(continuing without\): /],
    [
      'crashes at once',
      'throw new Error("broken")',
      /^the profiler thread failed \(continuing without\): broken$/,
    ],
    [
      'crashes later',
      'setTimeout(() => { throw new Error("late") }, 50)',
      /^the profiler thread failed \(continuing without\): late$/,
    ],
    [
      'runs out of memory',
      'const kept = []; setInterval(() => kept.push(new Array(1e6).fill(1.5)))',
      /^the profiler thread failed \(continuing without\): Worker terminated due to reaching memory limit/,
    ],
  ])('that %s is a warning, and finish does not wait for it', async (_, thread, warning) => {
    const { code, stdout, warnings, complaints } = await withThread(
      thread,
      thread?.startsWith('const kept') ? FINISH.replace('300', '3_000') : FINISH,
    )
    expect({ code, complaints }).toEqual({ code: 7, complaints: [] })
    expect(warnings).toEqual([expect.stringMatching(warning)])
    expect(Number(stdout)).toBeLessThan(DEADLINE_MS)
  })

  it('that ends without a word is no reason to wait', async () => {
    const { code, stdout } = await withThread('process.exit(0)')
    expect(code).toBe(7)
    expect(Number(stdout)).toBeLessThan(DEADLINE_MS)
  })

  it('that ends while it is waited for is not waited for any longer', async () => {
    const { code, stdout } = await withThread(
      "require('node:worker_threads').parentPort.on('message', () => process.exit(0))",
    )
    expect(code).toBe(7)
    expect(Number(stdout)).toBeLessThan(DEADLINE_MS)
  })

  it.each([
    ['hangs', "require('node:worker_threads').parentPort.on('message', () => {})"],
    ['is stuck', 'for (;;);'],
  ])('that %s is waited for a second', async (_, thread) => {
    const { code, stdout } = await withThread(thread)
    expect(code).toBe(7)
    expect(Number(stdout)).toBeGreaterThan(900)
    expect(Number(stdout)).toBeLessThan(20_000)
  })

  it.each([
    ['works', null, 1, 0, 20_000],
    ['is not there', '', 1, 0, DEADLINE_MS],
    ['is stuck', 'for (;;);', 1, 900, 20_000],
    ['is stuck, beside a large heap,', 'for (;;);', 4, 0, DEADLINE_MS],
  ])(
    'that %s keeps the backend waiting for a second at most',
    async (_, thread, limitGiB, leastMs, mostMs) => {
      const file = await bundleProfiled(`
      const from = performance.now()
      profiler.started.then(() => process.stdout.write(String(performance.now() - from), () => process.exit(7)))`)
      const threadFile = join(dirname(file), 'profiler.cjs')
      if (thread === '') rmSync(threadFile)
      else if (thread !== null) writeFileSync(threadFile, thread)
      const { code, stdout } = await runProfiled(file, { env: { HEAP_LIMIT: String(limitGiB * 2 ** 30) } })
      expect(code).toBe(7)
      expect(Number(stdout)).toBeGreaterThanOrEqual(leastMs)
      expect(Number(stdout)).toBeLessThan(mostMs)
    },
  )

  it('does not keep a program up that has nothing left to do', async () => {
    const result = await runProfiled(await bundleProfiled('setTimeout(() => { process.exitCode = 5 }, 300)'))
    expect(result.code).toBe(5)
    expect(result.complaints).toEqual([])
  })
})

describe('the folder', { timeout: 30_000 }, () => {
  it('that cannot be made is one line, and the program runs on', async () => {
    const file = await bundleProfiled(`
      // The thread's start, several periods: on a busy machine that takes a while.
      profiler.started.then(() => setTimeout(() => process.exit(7), 3_000))
      setInterval(() => spin(5), 10)`)
    const blocked = join(temporaryFolder(), 'file')
    writeFileSync(blocked, '')
    const { ended } = startProgram(file, { env: { FOLDER: join(blocked, 'profiles'), PERIOD_MS: '50' } })
    const { code, stderr } = await ended
    expect(code).toBe(7)
    expect(stderr).toMatch(/^WARNING a profile could not be taken: ENOTDIR: .*; it is tried again\n$/)
  })

  it('that is taken away comes back', async () => {
    const folder = join(temporaryFolder(), 'profiles')
    const file = await bundleProfiled(`
      import { rmSync, existsSync } from 'node:fs'
      let removed = false
      setInterval(() => {
        if (removed && existsSync(process.env.FOLDER)) process.exit(7)
        if (!existsSync(process.env.FOLDER)) return
        rmSync(process.env.FOLDER, { recursive: true, force: true, maxRetries: 5 })
        removed = true
      }, 20)`)
    mkdirSync(folder)
    expect((await startProgram(file, { env: { FOLDER: folder, PERIOD_MS: '50' } }).ended).code).toBe(7)
  })
})

describe('startProfiler', { timeout: 30_000 }, () => {
  /** Starts the profiler in the given world. */
  const start = (world: string, options: string) =>
    bundleProgram(
      `
      import { startProfiler } from './index'
      ${world}
      const warn = (message) => console.log(message)
      const options = { run: 'run', folder: '/nowhere', periodMs: 1000, memoryLimitBytes: null, heapLimitBytes: null,
        tracer: null, port: { send() {} }, warn, ${options} }
      const profiler = startProfiler(options)
      profiler.finish().then(() => process.exit(7))`,
      { from: PROFILER },
    )

  it.each([
    [
      'no thread can be made',
      "require('node:worker_threads').Worker = class { constructor() { throw new Error('no threads') } };",
      '',
      'no threads',
    ],
    [
      'there is no shared memory',
      'delete globalThis.SharedArrayBuffer;',
      '',
      'SharedArrayBuffer is not defined',
    ],
    ['a setting cannot be sent', '', 'folder: () => {},', 'could not be cloned'],
  ])('says so where %s', async (_, world, options, reason) => {
    const { code, stdout, stderr } = await startProgram(await start(world, options)).ended
    expect({ code, stderr }).toEqual({ code: 7, stderr: '' })
    expect(stdout).toMatch(/^the backend is not profiled \(continuing without\): [\s\S]*\n$/)
    expect(stdout).toContain(reason)
  })

  it.each([
    ['that throws', "{ get _tracer() { throw new Error('no') } }"],
    ['of another make', '{ _tracer: { _config: 5 } }'],
  ])('profiles with a tracer %s', async (_, tracer) => {
    const file = await start('', `tracer: ${tracer}, folder: ${JSON.stringify(temporaryFolder())},`)
    await bundleThread(file)
    expect(await startProgram(file).ended).toMatchObject({ code: 7, stdout: '', stderr: '' })
  })
})

it('the thread is small: none of what the other processes need is in it', async () => {
  const file = await bundleProgram('', { from: PROFILER })
  const packages = (await bundleThread(file)).flatMap(
    (input) => /node_modules\/((@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? [],
  )
  expect([...new Set(packages)].toSorted()).toEqual(['@datadog/pprof', 'pprof-format'])
})
