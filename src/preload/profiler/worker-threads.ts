import type { Session } from './inspector-session'
import { WorkerSession } from './worker-session'

/** One worker thread of the backend, until `isEnded`. */
export interface WorkerThread {
  /** Node's `threadId`. */
  readonly id: number
  readonly session: Session
  readonly ended: AbortSignal
}

interface Attached {
  readonly sessionId: string
  readonly workerInfo: { readonly title: string }
}

/**
 * Finds the backend's worker threads, those that run already and those that it starts later. Our own thread is left
 * alone.
 * @param begin called with each
 */
export async function watchWorkers(
  main: Session,
  ownThreadId: number,
  begin: (worker: WorkerThread) => void,
): Promise<void> {
  const known = new Map<string, { readonly session: WorkerSession; readonly end: AbortController }>()
  main.onNotification<Attached>('NodeWorker.attachedToWorker', ({ sessionId, workerInfo }) => {
    const id = threadIdOf(workerInfo.title)
    if (id === ownThreadId) {
      main.post('NodeWorker.detach', { sessionId }).catch(() => {})
      return
    }
    const [session, end] = [new WorkerSession(main, sessionId), new AbortController()]
    known.set(sessionId, { session, end })
    begin({ id, session, ended: end.signal })
  })
  main.onNotification<{ sessionId: string }>('NodeWorker.detachedFromWorker', ({ sessionId }) => {
    known.get(sessionId)?.end.abort()
    known.delete(sessionId)
  })
  main.onNotification<{ sessionId: string; message: string }>(
    'NodeWorker.receivedMessageFromWorker',
    ({ sessionId, message }) => known.get(sessionId)?.session.receive(message),
  )
  // A worker does not wait for us to have looked at it.
  await main.post('NodeWorker.enable', { waitForDebuggerOnStart: false })
}

/** Node's `threadId`: `workerId` counts in another order (seen). Titles are `[worker 2]`, `[worker 3] its name`. */
function threadIdOf(title: string): number {
  return Number(/^\[worker (\d+)\]/.exec(title)?.[1] ?? 0)
}
