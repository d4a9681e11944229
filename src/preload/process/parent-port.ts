import type { Tracer } from 'dd-trace'
import type { ParentPort } from 'electron'
import { deliverInContext, encloseContext } from '../../common/tracing/message-context'

/**
 * Passes the trace of a message on with it over the backend's own `process.parentPort`, both ways. The
 * backend's listeners and messages stay as they are.
 */
export function traceParentPort(parentPort: ParentPort, tracer: Tracer | null): void {
  const { emit, postMessage } = parentPort
  const received: ParentPort['emit'] = (event, ...args) => {
    const [message, ...rest] = args as [message?: { readonly data?: unknown }, ...rest: unknown[]]
    if (event !== 'message' || typeof message !== 'object' || message === null)
      return emit.call(parentPort, event, ...args)
    let heard = false
    deliverInContext(tracer, 'utility', message.data, (data) => {
      const own = data === message.data ? message : { ...message, data }
      heard = emit.call(parentPort, event, own, ...rest)
    })
    return heard
  }
  const posted = (message: unknown, ...rest: []) =>
    postMessage.call(parentPort, encloseContext(tracer, message), ...rest)
  for (const [name, value] of Object.entries({ emit: received, postMessage: posted }))
    Object.defineProperty(parentPort, name, { value, writable: true, configurable: true })
}
