import { parentPort, workerData } from 'node:worker_threads'
import { type RunOptions, run } from './support/target'
import { TARGETS } from './targets'

/** Counters for the watching process: the inputs begun, the promise, and the inputs of that. */
const counters: Int32Array = workerData
const [INPUTS, PROMISE, OF_PROMISE] = [0, 1, 2]
const progress = {
  begun(promise: number) {
    Atomics.add(counters, INPUTS, 1)
    if (Atomics.exchange(counters, PROMISE, promise) !== promise) Atomics.store(counters, OF_PROMISE, 0)
    Atomics.add(counters, OF_PROMISE, 1)
  },
}

parentPort?.on('message', async ({ name, options }: { name: string; options: RunOptions }) => {
  const target = TARGETS.find((one) => one.name === name)
  if (!target) throw new Error(`no target ${name}`)
  Atomics.store(counters, PROMISE, -1)
  parentPort?.postMessage(await run(target, { ...options, progress }))
})
// The targets.
parentPort?.postMessage(TARGETS.map(({ name }) => name))
