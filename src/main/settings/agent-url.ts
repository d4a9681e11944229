import { inUrl } from './addresses'
import type { Settings } from './definitions'

/** The address of the Datadog Agent, without a trailing slash: `http://`, `https://` or `unix://`. */
export function agentUrl(
  settings: Pick<Settings, 'DD_TRACE_AGENT_URL' | 'DD_AGENT_HOST' | 'DD_TRACE_AGENT_PORT'>,
): string {
  const { DD_TRACE_AGENT_URL: url, DD_AGENT_HOST: host, DD_TRACE_AGENT_PORT: port } = settings
  return url?.replace(/\/+$/, '') ?? `http://${inUrl(host)}:${port}`
}
