import type { Tracer } from 'dd-trace'

/**
 * Modules that dd-trace would trace in this process. All that they do here is the monitor's own work, not the
 * user's.
 */
const OWN_DOINGS = ['child_process', 'dns', 'fetch', 'fs', 'http', 'net', 'undici', 'ws'] as const

/** This process's tracer, which traces jobs and none of the runner's requests; `null` for none. */
export function openOwnTracer(): Tracer | null {
  try {
    const { tracer } = require('dd-trace') as { tracer: Tracer }
    for (const name of OWN_DOINGS) tracer.use(name as 'http', { enabled: false })
    return tracer
  } catch {
    return null
  }
}
