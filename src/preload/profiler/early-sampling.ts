import { Session } from 'node:inspector'
import { HEAP_INTERVAL_BYTES } from './heap-sampler'

/**
 * Samples what this thread allocates from here on. V8 samples a heap once for all sessions: the profiler
 * thread finds it running, and the backend need not wait for that thread. The session is never closed: that
 * would end the sampling.
 */
export function sampleFromNowOn(): void {
  const session = new Session()
  session.connect()
  for (const [method, params] of [
    ['HeapProfiler.enable', {}],
    ['HeapProfiler.startSampling', { samplingInterval: HEAP_INTERVAL_BYTES }],
  ] as const) {
    session.post(method, params, (error) => {
      if (error) throw new Error(`${method}: ${error.message}`)
    })
  }
}
