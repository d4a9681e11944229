import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bundleProgram, startProgram } from '../../../testing/program/program'
import { bundleThread, PROFILER } from './testing/profiled-program'

it('a loop that never yields stops until it is let go, or its time is over', {
  timeout: 60_000,
}, async () => {
  const program = await bundleProgram(
    `
    import { Worker } from 'node:worker_threads'
    import { allowHold } from './main-thread-pause'
    const released = new SharedArrayBuffer(4)
    const shared = new SharedArrayBuffer(16)
    const before = Object.getOwnPropertySymbols(globalThis).length
    allowHold(new Int32Array(released))
    new Worker(__dirname + '/profiler.cjs', { workerData: { released, shared } })
    const words = new Int32Array(shared)
    setImmediate(() => {
      while (Atomics.load(words, 1) === 0) Atomics.add(words, 0, 1)
      const left = Object.getOwnPropertySymbols(globalThis).length - before
      const said = { stopped: words[2], letGoBefore: words[3], left }
      process.stdout.write(JSON.stringify(said), () => process.kill(process.pid, 'SIGKILL'))
    })`,
    { from: PROFILER, tracer: false },
  )
  await bundleThread(program, join(PROFILER, 'testing/holding-thread.ts'))
  const { stdout } = await startProgram(program).ended
  expect(JSON.parse(stdout)).toEqual({ stopped: 1, letGoBefore: 1, left: 0 })
})
