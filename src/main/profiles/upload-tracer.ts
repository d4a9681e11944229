import type { AsyncLocalStorage } from 'node:async_hooks'

/**
 * What dd-trace's exporter uses of dd-trace itself. None of it is public: read in 5.132, guarded by a test against
 * the real exporter. Where it is missing the upload goes without.
 */

/** Runs it so that dd-trace makes no span of its requests. */
export function untraced<T>(run: () => T): T {
  const store = attempt(() => {
    const { storage } = require('dd-trace/packages/datadog-core') as {
      storage(name: 'legacy'): AsyncLocalStorage<object>
    }
    return storage('legacy')
  })
  return store ? store.run({ noop: true }, run) : run()
}

/** Who sends it, and from which container. */
export function tracerHeaders(): Record<string, string> {
  const headers: Record<string, string> = { 'DD-EVP-ORIGIN': 'dd-trace-js' }
  const version = attempt(() => (require('dd-trace/package.json') as { version: string }).version)
  if (version) headers['DD-EVP-ORIGIN-VERSION'] = version
  attempt(() => {
    const docker = require('dd-trace/packages/dd-trace/src/exporters/common/docker') as {
      inject(carrier: Record<string, string>): void
    }
    docker.inject(headers)
  })
  return headers
}

function attempt<T>(use: () => T): T | null {
  try {
    return use()
  } catch {
    return null
  }
}
