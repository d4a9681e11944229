import type { Tracer } from 'dd-trace'

/** What dd-trace would make spans of in this process. All of it is the monitor's own doing, and no work of the user's. */
const OWN_DOINGS = ['child_process', 'dns', 'fetch', 'fs', 'http', 'net', 'undici', 'ws'] as const

/** This process's tracer, which leaves jobs their spans and makes none of the runner's requests; `null` for none. */
export function openOwnTracer(): Tracer | null {
  try {
    const { tracer } = require('dd-trace') as { tracer: Tracer }
    for (const name of OWN_DOINGS) tracer.use(name as 'http', { enabled: false })
    return tracer
  } catch {
    return null
  }
}
