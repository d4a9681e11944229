// Runs in each worker thread of the backend before all else there: it is short, and loads nothing that a thread without jobs
// does not need.
import { channel, tracingChannel } from 'node:diagnostics_channel'
import { BroadcastChannel, resourceLimits, threadId } from 'node:worker_threads'
import { THREAD_HEAP } from '../../../common/protocol/thread-heap'
import { canShowItsEnd, hasField, readField, readJob, readProgress } from '../job-context'
import { THREAD_JOBS, type ThreadMessage } from './messages'
import { preloadWorkers } from './started-workers'
import { describeThrown } from './thrown'

/** Interval at which a context's `progress` is read, in milliseconds. */
const PROGRESS_INTERVAL_MS = 500

type Words = ThreadMessage extends infer Each
  ? Each extends ThreadMessage
    ? Omit<Each, 'thread'>
    : never
  : never

let port: BroadcastChannel | null = null
function say(words: Words, thread = threadId): void {
  if (!port) {
    port = new BroadcastChannel(THREAD_JOBS)
    // It keeps no thread alive.
    port.unref()
  }
  port.postMessage({ ...words, thread })
}

const numbers = new WeakMap<object, number>()
let last = 0
function numberOf(context: object): number {
  const number = numbers.get(context) ?? ++last
  numbers.set(context, number)
  return number
}

/** Those that wait; one that is queued again meanwhile is the same job. */
const waiting = new WeakSet<object>()
/** The last told progress of what runs. */
const running = new Map<object, number | null>()
let timer: NodeJS.Timeout | null = null

function sayProgress(): void {
  for (const [context, told] of running) {
    const progress = readProgress(context)
    if (progress === null || progress === told) continue
    running.set(context, progress)
    say({ type: 'progress', job: numberOf(context), progress })
  }
}

function begin(type: 'queued' | 'started', published: unknown): void {
  const job = readJob(published)
  if (!job || !takes(type, job.context)) {
    ignore(type)
    return
  }
  const { context, id, name, kind } = job
  say({ type, job: numberOf(context), id, name, kind })
}

function takes(type: 'queued' | 'started', context: object): boolean {
  if (running.has(context)) return false
  if (type === 'queued') {
    const isNew = !waiting.has(context)
    waiting.add(context)
    return isNew
  }
  if (!canShowItsEnd(context)) return false
  waiting.delete(context)
  running.set(context, null)
  timer ??= setInterval(sayProgress, PROGRESS_INTERVAL_MS).unref()
  return true
}

const ignored = new Set<string>()
function ignore(type: 'queued' | 'started'): void {
  if (ignored.has(type)) return
  ignored.add(type)
  say({ type: 'ignored', channel: type === 'queued' ? 'studio.job.queued' : 'studio.job' })
}

function end(context: object): void {
  if (!running.delete(context)) return
  if (running.size === 0 && timer) {
    clearInterval(timer)
    timer = null
  }
  const error = hasField(context, 'error') ? describeThrown(readField(context, 'error')) : null
  say({ type: 'ended', job: numberOf(context), progress: readProgress(context), error })
}

tracingChannel<unknown, object>('studio.job').subscribe({
  start: (context) => begin('started', context),
  end: (context) => {
    if (hasField(context, 'result') || hasField(context, 'error')) end(context)
  },
  asyncStart: () => {},
  asyncEnd: end,
  error: () => {},
})
channel('studio.job.queued').subscribe((context) => begin('queued', context))
channel('studio.job.cancelled').subscribe((context) => {
  const job = readJob(context)
  if (!job) return
  waiting.delete(job.context)
  say({ type: 'cancelled', job: numbers.get(job.context) ?? null, id: job.id })
})
Object.defineProperty(globalThis, Symbol.for(THREAD_HEAP), {
  value: resourceLimits.maxOldGenerationSizeMb ?? 0,
})
preloadWorkers(
  __filename,
  ({ thread, ...words }) => say({ type: 'thread-ended', ...words }, thread),
  (thread) => say({ type: 'thread-started', parent: threadId }, thread),
)
