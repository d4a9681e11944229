import { expect, it } from 'vitest'
import type { Session } from './inspector-session'
import { type WorkerThread, watchWorkers } from './worker-threads'

/** A main thread whose inspector tells of workers, and passes on what is sent to them. */
function mainThread() {
  const listeners = new Map<string, (params: object) => void>()
  const sent: { method: string; params: { sessionId?: string; message?: string } }[] = []
  const session: Session = {
    post: async <Result>(method: string, params: object = {}) => {
      sent.push({ method, params })
      return undefined as Result
    },
    onNotification: <Params>(method: string, listener: (params: Params) => void) => {
      listeners.set(method, listener as (params: object) => void)
      return () => {}
    },
  }
  const tell = (method: string, params: object) => listeners.get(`NodeWorker.${method}`)?.(params)
  return { session, sent, tell }
}

async function watched(ownThreadId = 1) {
  const main = mainThread()
  const begun: WorkerThread[] = []
  await watchWorkers(main.session, ownThreadId, (worker) => begun.push(worker))
  const attach = (sessionId: string, title: string, workerId: string) =>
    main.tell('attachedToWorker', { sessionId, workerInfo: { workerId, type: 'worker', title, url: '' } })
  return { ...main, begun, attach }
}

it('finds the workers by the thread ids in their titles, and leaves the own thread alone', async () => {
  const { begun, attach, sent } = await watched(1)
  // Seen: the order of the ids is another.
  attach('1', '[worker 2]', '1')
  attach('2', '[worker 1] studio-profiler', '2')
  attach('3', '[worker 3] its name', '3')
  expect(begun.map(({ id }) => id)).toEqual([2, 3])
  expect(sent).toContainEqual({ method: 'NodeWorker.detach', params: { sessionId: '2' } })
})

it('gives each worker the answers to its own commands, and its errors', async () => {
  const { begun, attach, sent, tell } = await watched()
  attach('1', '[worker 2]', '1')
  attach('2', '[worker 3]', '2')
  const [one, other] = begun.map(({ session }) => session.post('Runtime.getHeapUsage'))
  const ids = sent.flatMap(({ params: { message } }) => (message ? [JSON.parse(message).id] : []))
  const answer = (sessionId: string, rest: object) =>
    tell('receivedMessageFromWorker', { sessionId, message: JSON.stringify({ id: ids[0], ...rest }) })
  answer('2', { error: { message: 'no' } })
  answer('1', { result: { usedSize: 7 } })
  expect(await one).toEqual({ usedSize: 7 })
  await expect(other).rejects.toThrow('Runtime.getHeapUsage: no')
})

it('tells of the end of a worker, and hears no more of it', async () => {
  const { begun, attach, tell } = await watched()
  attach('1', '[worker 2]', '1')
  expect(begun[0]?.ended.aborted).toBe(false)
  tell('detachedFromWorker', { sessionId: '1' })
  expect(begun[0]?.ended.aborted).toBe(true)
  tell('receivedMessageFromWorker', { sessionId: '1', message: 'not JSON' })
})
