import type { AsyncLocalStorage } from 'node:async_hooks'
import type { Agent } from 'node:https'

/**
 * The parts of dd-trace that its exporters use. Not public: read in 5.132, guarded by tests against the real
 * exporters. A request does without any part that is missing.
 */

/** Runs a function so that dd-trace makes no spans of its requests. */
export function untraced<T>(run: () => T): T {
  const store = attempt(() => {
    const { storage } = require('dd-trace/packages/datadog-core') as {
      storage(name: 'legacy'): AsyncLocalStorage<object>
    }
    return storage('legacy')
  })
  return store ? store.run({ noop: true }, run) : run()
}

/** dd-trace's own version, `null` if it cannot be read. */
export function tracerVersion(): string | null {
  return attempt(() => (require('dd-trace/package.json') as { version: string }).version)
}

/** The headers that name the container a request comes from; empty outside of one. */
export function containerHeaders(): Record<string, string> {
  const headers: Record<string, string> = {}
  attempt(() => {
    const docker = require('dd-trace/packages/dd-trace/src/exporters/common/docker') as {
      inject(carrier: Record<string, string>): void
    }
    docker.inject(headers)
  })
  return headers
}

/**
 * The way through the proxy that `HTTPS_PROXY` and `NO_PROXY` name, `undefined` where there is none. dd-trace brings
 * https-proxy-agent and proxy-from-env along, so that no other package is needed.
 * @throws where the proxy's URL cannot be read
 */
export function proxyAgent(url: URL): Agent | undefined {
  const { getHttpsProxyAgent } = require('dd-trace/packages/dd-trace/src/exporters/common/proxy') as {
    getHttpsProxyAgent(url: URL): Agent | false | undefined
  }
  return getHttpsProxyAgent(url) || undefined
}

function attempt<T>(use: () => T): T | null {
  try {
    return use()
  } catch {
    return null
  }
}
