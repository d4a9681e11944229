import { inUrl } from './addresses'
import type { Settings } from './definitions'

/** Where the Datadog Agent listens, without a slash at the end: `http://`, `https://` or `unix://`. */
export function agentUrl(
  settings: Pick<Settings, 'DD_TRACE_AGENT_URL' | 'DD_AGENT_HOST' | 'DD_TRACE_AGENT_PORT'>,
): string {
  const { DD_TRACE_AGENT_URL: url, DD_AGENT_HOST: host, DD_TRACE_AGENT_PORT: port } = settings
  return url?.replace(/\/+$/, '') ?? `http://${inUrl(host)}:${port}`
}
