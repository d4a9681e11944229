import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Channel } from 'node:diagnostics_channel'
import type { Span } from 'dd-trace'

interface TraceStore {
  readonly span?: Span | null
}

/**
 * Makes a span the active one while a channel's operation runs, the way dd-trace's own plugins do. dd-trace
 * has no public call for it; read in dd-trace 5.132 (`packages/datadog-core`), guarded by a test.
 */
export function bindActiveSpan(
  channel: Channel<unknown, unknown>,
  spanOf: (context: unknown) => Span | null,
  warn: (message: string) => void,
): void {
  try {
    const { storage } = require('dd-trace/packages/datadog-core') as {
      storage(name: 'legacy'): AsyncLocalStorage<TraceStore>
    }
    const store = storage('legacy')
    channel.bindStore(store as AsyncLocalStorage<unknown>, (context) => {
      const current = store.getStore()
      const span = spanOf(context)
      return span ? { ...current, span } : current
    })
  } catch (error) {
    warn(`spans inside a job are not attached to it: ${error instanceof Error ? error.message : error}`)
  }
}
