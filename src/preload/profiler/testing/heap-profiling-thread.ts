// A thread that takes heap profiles of its main thread, one right after the other: first as the profiler
// does, then plainly.
import { workerData } from 'node:worker_threads'
import { HeapSampler } from '../heap-sampler'
import { InspectorSession } from '../inspector-session'

interface Plan {
  readonly profiles: number
  readonly collections: number
  /** One 32-bit integer: 1 when all is done. */
  readonly done: SharedArrayBuffer
}

setInterval(() => {}, 2 ** 30)

async function main({ profiles, collections, done }: Plan): Promise<void> {
  const session = InspectorSession.connect()
  const sampler = await HeapSampler.start(session, () => performance.now())
  for (let i = 0; i < profiles; i += 2) await Promise.all([sampler.profile(), sampler.profile()])
  for (let i = 0; i < collections; i++) await session.post('HeapProfiler.getSamplingProfile')
  Atomics.store(new Int32Array(done), 0, 1)
}

main(workerData as Plan)
