import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { bundleProgram } from '../../../testing/program/program'
import type { CpuProfile } from './cpu-recorder'
import { bundleThread, PROFILER } from './testing/profiled-program'

/** The folder of the threads that act on the program's main thread; each says when it is done. */
const THREADS = join(PROFILER, 'testing')

const run = promisify(execFile)
const electron = join(process.cwd(), '.electron', '33.2.1-linux-x64', 'electron')
/**
 * The runtimes to test: Node 20 has no middle optimiser; the e2e tests fetch Electron, the unit tests use it
 * if it is there.
 */
const runtimes = [
  { name: 'Node', execPath: process.execPath },
  ...(existsSync(electron) ? [{ name: 'Electron', execPath: electron }] : []),
]
if (runtimes.length === 1) console.warn('NOT RUN on Electron, which is not there yet: inlined frames')

interface Recorded {
  readonly name: string
  readonly cpu: CpuProfile | null
}

/**
 * Runs a main thread under `testing/recording-thread.ts`.
 * @returns what was recorded
 */
async function record(
  script: readonly string[],
  mainThread: string,
  execPath = process.execPath,
): Promise<Recorded[]> {
  const program = await bundleProgram(
    `
    import { Worker } from 'node:worker_threads'
    const { exit } = process
    const write = process.stdout.write.bind(process.stdout)
    const start = () => new Promise((resolve) => {
      const worker = new Worker(__dirname + '/profiler.cjs', { workerData: ${JSON.stringify(script)} })
      worker.on('message', (message) =>
        message === 'started' ? resolve() : write(JSON.stringify(message), () => exit(0)))
      worker.on('error', (error) => write(String(error), () => exit(1)))
    })
    const spin = (ms) => { for (const until = performance.now() + ms; performance.now() < until; ) JSON.parse('[1]') }
    ${mainThread}`,
    { from: PROFILER, tracer: false },
  )
  await bundleThread(program, join(THREADS, 'recording-thread.ts'))
  const env = { PATH: process.env.PATH, ELECTRON_RUN_AS_NODE: '1' }
  const { stdout, stderr } = await run(execPath, [program], { env, maxBuffer: 2 ** 26 })
  // Nobody tells this thread to leave in time.
  expect(stderr.replace('Waiting for the debugger to disconnect...\n', '')).toBe('')
  return JSON.parse(stdout)
}

const hits = (cpu: CpuProfile | null | undefined, functionName: string) =>
  cpu?.profile.nodes
    .filter(({ callFrame }) => callFrame.functionName === functionName)
    .reduce((sum, { hitCount = 0 }) => sum + hitCount, 0) ?? 0
const knows = (cpu: CpuProfile | null | undefined, functionName: string) =>
  cpu?.profile.nodes.some(({ callFrame }) => callFrame.functionName === functionName) ?? false

/** A loop started before the recording: it is unknown what the optimiser has inlined by then. */
const BUSY = 'const busy = () => { spin(20); setImmediate(busy) }; start().then(busy)'

describe('a recorder', { timeout: 30_000 }, () => {
  it('leaves no gap between two profiles', async () => {
    const recorded = await record(['start a', '300', 'cut a', '300', 'cut a', '300', 'end a'], BUSY)
    expect(recorded.map(({ cpu }) => cpu === null)).toEqual([false, false, false])
    for (const [index, { cpu }] of recorded.entries()) {
      const next = recorded[index + 1]?.cpu
      if (next && cpu) expect(next.profile.startTime).toBeLessThanOrEqual(cpu.profile.endTime)
      expect(hits(cpu, 'spin')).toBeGreaterThan(0)
      expect((cpu?.endMicros ?? 0) - (cpu?.startMicros ?? 0)).toBeGreaterThan(250_000)
    }
  })

  it.each(runtimes)(
    'knows the frames that the optimiser has inlined, in every profile: $name',
    async ({ execPath }) => {
      const recorded = await record(
        ['start a', '2000', 'cut a', '1000', 'cut a', '1000', 'end a'],
        `
      // The profiler's start does this.
      require('node:v8').setFlagsFromString('--no-maglev-inlining')
      function inner(word) { return JSON.parse('[1,2,3,4,5,6,7,8]').length + word.length }
      function middle(word) { return inner(word) + 1 }
      function outer(n) { let sum = 0; for (let i = 0; i < n; i++) sum += middle('missing'); return sum }
      const turn = () => { for (let i = 0; i < 100; i++) outer(100); setImmediate(turn) }
      start().then(turn)`,
        execPath,
      )
      expect(recorded).toHaveLength(3)
      for (const { cpu } of recorded) {
        expect(hits(cpu, 'inner')).toBeGreaterThan(10)
        expect(['inner', 'middle', 'outer', 'turn'].filter((name) => !knows(cpu, name))).toEqual([])
      }
    },
  )

  it('does not mind another beside it', async () => {
    const recorded = await record(
      ['start a', '200', 'start a-b', '300', 'cut a', '200', 'end a-b', '200', 'end a'],
      BUSY,
    )
    expect(recorded.map(({ name, cpu }) => [name, hits(cpu, 'spin') > 0])).toEqual([
      ['a', true],
      ['a-b', true],
      ['a', true],
    ])
  })

  it('can be started again and again, and leaves nothing behind', async () => {
    const again = Array.from({ length: 15 }, () => ['start near', 'cut near', 'end near']).flat()
    const recorded = await record(['start a', ...again, '200', 'end a'], BUSY)
    expect(recorded).toHaveLength(31)
    expect(recorded.every(({ cpu }) => cpu !== null)).toBe(true)
  })

  it('has nothing to give once it has ended', async () => {
    const recorded = await record(['start a', '100', 'end a', 'end a'], BUSY)
    expect(recorded.map(({ cpu }) => cpu === null)).toEqual([false, true])
  })
})

describe('a main thread that is stuck in native code', { timeout: 30_000 }, () => {
  // Not `Atomics.wait`, during which V8 still serves the inspector.
  const block = (ms: number) =>
    `require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => {}, ${ms})']);`
  const seconds = (cpu: CpuProfile | null | undefined) =>
    ((cpu?.endMicros ?? 0) - (cpu?.startMicros ?? 0)) / 1e6

  it('counts for the profile that ran, not for the one that waited to begin', async () => {
    const recorded = await record(
      ['start a', '300', 'cut a', '300', 'end a'],
      `start().then(() => { ${block(2_000)} setInterval(() => spin(20), 20) })`,
    )
    const [stuck, after] = recorded.map(({ cpu }) => cpu)
    expect(seconds(stuck)).toBeGreaterThan(1.9)
    expect(seconds(after)).toBeLessThan(1)
  })

  it('has no recording of what it was stuck in', async () => {
    const recorded = await record(
      ['start a', '100', 'stuck record', '1200', 'stuck write', '100', 'stuck over', 'end a'],
      `start().then(() => { ${block(3_000)} setInterval(() => spin(20), 20) })`,
    )
    expect(recorded.filter(({ name }) => name === 'write').map(({ cpu }) => cpu)).toEqual([null])
  })

  it('and one in a loop that never yields has', async () => {
    const recorded = await record(
      ['start a', '100', 'stuck record', '1500', 'stuck write', '100', 'stuck over', 'end a'],
      'start().then(() => spin(4_000))',
    )
    const [written] = recorded.filter(({ name }) => name === 'write')
    expect(hits(written?.cpu, 'spin')).toBeGreaterThan(0)
  })
})

describe('a main thread', { timeout: 30_000 }, () => {
  it.each([
    ['replaces its console before anything is recorded', 'globalThis.console = { log() {} };'],
    [
      'has a console whose profile throws',
      'console.profile = console.profileEnd = () => { throw new Error("no") };',
    ],
    [
      'has names of its own for what the inspector offers',
      'globalThis.profile = globalThis.profileEnd = () => { throw new Error("no") };',
    ],
    ['replaces its console while it is recorded', 'setTimeout(() => { globalThis.console = {}; }, 250);'],
    [
      'profiles itself by console.profile',
      'setInterval(() => { console.profile("mine"); spin(10); console.profileEnd("mine") }, 30);',
    ],
    ['begins profiles and never ends them', 'setInterval(() => console.profile(), 100);'],
  ])('that %s is recorded all the same', async (_, strange) => {
    const recorded = await record(['start a', '400', 'cut a', '300', 'end a'], `${strange}${BUSY}`)
    const busy = recorded.map(({ cpu }) => hits(cpu, 'spin') + hits(cpu, 'busy') > 0)
    expect(busy).toEqual([true, true])
  })

  it('that ends the profile which was begun last has ended ours: the next is whole again', async () => {
    const recorded = await record(
      ['start a', '400', 'cut a', '400', 'cut a', '400', 'end a'],
      `setTimeout(() => { console.profileEnd() }, 400); ${BUSY}`,
    )
    expect(recorded).toHaveLength(3)
    expect(hits(recorded.at(-1)?.cpu, 'spin') + hits(recorded.at(-1)?.cpu, 'busy')).toBeGreaterThan(0)
  })

  it('that never yields is recorded', async () => {
    const recorded = await record(
      ['start a', '400', 'cut a', '300', 'end a'],
      'start().then(() => spin(3_000))',
    )
    expect(recorded.map(({ cpu }) => hits(cpu, 'spin') > 0)).toEqual([true, true])
  })
})
