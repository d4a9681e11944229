import type { Tracer } from 'dd-trace'
import { exporterOf, type SendError } from './exporter'
import { TraceQueue } from './trace-queue'

const queues = new WeakMap<Tracer, TraceQueue>()

/** Passes what dd-trace sends to the Agent through a bounded queue that knows whether it arrives. */
export function boundTraces(tracer: Tracer): TraceQueue | null {
  const writer = exporterOf(tracer)?._writer
  const send = writer?._sendPayload
  if (!writer || !send) return null
  const queue = new TraceQueue()
  const confirmed = countConfirmations(writer)
  writer._sendPayload = (payload, count, done, options) => {
    queue.push({
      bytes: payload.byteLength,
      send: (answered) => {
        const before = confirmed()
        const onAnswer = (error?: SendError) =>
          answered(error ? reasonOf(error) : garbage(confirmed() === before))
        send.call(writer, payload, count, onAnswer, { deadline: Number.POSITIVE_INFINITY, ...options })
      },
      done,
    })
  }
  queues.set(tracer, queue)
  return queue
}

/** Calls back when all that dd-trace has handed over was sent, or cannot be. */
export function whenTracesSent(tracer: Tracer, done: () => void): void {
  const queue = queues.get(tracer)
  if (queue) queue.whenIdle(done)
  else done()
}

/**
 * Counts responses with sampling rates in them, which only an Agent gives: dd-trace takes any response for a
 * success.
 */
function countConfirmations({
  _prioritySampler: sampler,
}: {
  _prioritySampler?: { update(rates: unknown): void }
}) {
  let confirmations = 0
  // Without a sampler every response counts.
  if (!sampler) return () => confirmations++
  const { update } = sampler
  sampler.update = (rates) => {
    update.call(sampler, rates)
    confirmations++
  }
  return () => confirmations
}

/** Statuses of an Agent that is there and rejects the traces, which are lost. */
const REFUSED = [400, 413, 415, 422]

const garbage = (isGarbage: boolean) => (isGarbage ? 'what answered is not an Agent' : null)

function reasonOf({ status, message, code }: SendError): string | null {
  if (status && REFUSED.includes(status)) return null
  // Where several addresses of one name refused, Node gives the code alone.
  return status ? `HTTP ${status}` : message || (code ?? 'unknown error')
}
