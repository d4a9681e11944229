import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { times } from '../../../testing/form/form'
import { bundleProgram } from '../../../testing/program/program'
import { bundleThread, PROFILER } from './testing/profiled-program'

const electron = join(process.cwd(), '.electron', '33.2.1-linux-x64', 'electron')
/** The runtimes to test: the e2e tests fetch Electron, the unit tests use it if it is there. */
const runtimes = [
  { name: 'Node', execPath: process.execPath },
  ...(existsSync(electron) ? [{ name: 'Electron', execPath: electron }] : []),
]

const FULL = 0.9

/**
 * A heap that stays nearly full, while a thread works.
 * @returns its output at the end
 */
async function nearlyFull(execPath: string, profiles: number, collections: number): Promise<string> {
  const program = await bundleProgram(
    `
    import v8 from 'node:v8'
    import { Worker } from 'node:worker_threads'
    const limit = 64 * 2 ** 20
    let kept = null
    const keep = (count) => { for (let i = 0; i < count; i++) kept = { kept, cells: [i] } }
    const live = () => (gc(), v8.getHeapStatistics().used_heap_size)
    const [empty] = [live(), keep(100_000)]
    const bytesEach = (live() - empty) / 100_000
    keep((${FULL} * limit - live()) / bytesEach)
    const done = new SharedArrayBuffer(4)
    new Worker(__dirname + '/profiler.cjs', {
      workerData: { profiles: ${profiles}, collections: ${collections}, done },
    })
    setImmediate(() => {
      while (Atomics.load(new Int32Array(done), 0) === 0);
      process.stdout.write('alive with ' + kept.cells, () => process.kill(process.pid, 'SIGKILL'))
    })`,
    { from: PROFILER, tracer: false },
  )
  await bundleThread(program, join(PROFILER, 'testing/heap-profiling-thread.ts'))
  const env = { PATH: process.env.PATH, ELECTRON_RUN_AS_NODE: '1' }
  return new Promise((resolve) =>
    execFile(execPath, ['--max-old-space-size=64', '--expose-gc', program], { env }, (_, stdout, stderr) =>
      resolve(stdout || stderr),
    ),
  )
}

describe.each(runtimes)('a heap that is nearly full, on $name', { timeout: 60_000 }, ({ execPath }) => {
  it('does not die of being profiled', async () => {
    expect(await nearlyFull(execPath, times(8, 30), 0)).toMatch(/^alive with \d+$/)
  })

  it('dies of collections in vain that are not ours, as it would', async () => {
    expect(await nearlyFull(execPath, 2, 30)).toContain('Ineffective mark-compacts near heap limit')
  })
})
