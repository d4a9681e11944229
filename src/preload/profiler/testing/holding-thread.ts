// A thread that pauses its main thread, which counts in a loop that never yields, and reports the result.
import { setTimeout as sleep } from 'node:timers/promises'
import { workerData } from 'node:worker_threads'
import { InspectorSession } from '../inspector-session'
import { MainThreadPause } from '../main-thread-pause'

interface Plan {
  readonly released: SharedArrayBuffer
  /** 32-bit integers: the main thread's count; 1 when all is done; the results, 1 for yes. */
  readonly shared: SharedArrayBuffer
}

setInterval(() => {}, 2 ** 30)

async function main({ released, shared }: Plan): Promise<void> {
  const words = new Int32Array(shared)
  const session = InspectorSession.connect()
  const hold = await MainThreadPause.prepare(session, new Int32Array(released))
  const count = () => Atomics.load(words, 0)
  const moves = async () => {
    for (const from = count(); ; await sleep(1)) if (count() !== from) return
  }
  /** Sends a request, which the main thread serves in order: its response shows that the pause is over. */
  const asked = () => session.post('Runtime.getHeapUsage')
  const say = (answer: number, yes: boolean) => Atomics.store(words, 2 + answer, yes ? 1 : 0)

  const before = asked()
  hold.begin(60_000)
  let over = false
  const after = asked().then(() => {
    over = true
  })
  await before
  // It may go on counting until it pauses.
  let stopped = false
  for (let from = -1; !stopped && !over; stopped = count() === from) {
    from = count()
    await sleep(200)
  }
  say(0, stopped && !over)
  hold.end()
  await after
  await moves()

  hold.begin(100)
  await asked()
  await moves()
  hold.end()

  const from = performance.now()
  hold.begin(60_000)
  hold.end()
  await asked()
  say(1, performance.now() - from < 30_000)
  Atomics.store(words, 1, 1)
}

main(workerData as Plan)
