import { agentUrl } from './agent-url'
import type { Settings } from './definitions'
import { printable } from './printable'

/** How what Studio measures gets to Datadog. */
export type SendingWay = { readonly kind: 'agent'; readonly url: string } | DirectWay

/** Without an Agent. */
export type DirectWay =
  | { readonly kind: 'api-key'; readonly key: string; readonly site: string }
  | { readonly kind: 'client-token'; readonly token: string; readonly site: string }
  /** The proxy may know the token itself: then there is none here. */
  | { readonly kind: 'proxy'; readonly url: string; readonly token: string | null }

type WaySettings = Pick<
  Settings,
  | 'DD_TRACE_AGENT_URL'
  | 'DD_AGENT_HOST'
  | 'DD_TRACE_AGENT_PORT'
  | 'DD_AGENTLESS_ENABLED'
  | 'DD_API_KEY'
  | 'DD_CLIENT_TOKEN'
  | 'DD_SITE'
  | 'DD_INTAKE_PROXY'
>

/** The way that the settings choose: a proxy of the user's own, an API key that is asked for, a client token, else the Agent. */
export function sendingWay(settings: WaySettings): SendingWay {
  const { DD_API_KEY: key, DD_CLIENT_TOKEN: token, DD_SITE: site, DD_INTAKE_PROXY: proxy } = settings
  if (proxy !== null) return { kind: 'proxy', url: proxy, token }
  if (settings.DD_AGENTLESS_ENABLED && key !== null) return { kind: 'api-key', key, site }
  if (token !== null) return { kind: 'client-token', token, site }
  return { kind: 'agent', url: agentUrl(settings) }
}

/** The way in a log line, however long the address; no key and no token is in it, nor what a URL may have of one. */
export function describeWay(way: SendingWay): string {
  switch (way.kind) {
    case 'agent':
      return `Agent at ${printable(way.url)}`
    case 'api-key':
      return `to Datadog (${printable(way.site)}) by API key, without an Agent`
    case 'client-token':
      return `to Datadog (${printable(way.site)}) by client token, without an Agent`
    case 'proxy':
      return `to Datadog through the intake proxy at ${printable(new URL(way.url).host)}, without an Agent`
  }
}

/** The settings that contradict each other or come to nothing, a line each. */
export function wayProblems(settings: WaySettings): string[] {
  const { DD_AGENTLESS_ENABLED: agentless, DD_API_KEY: key, DD_CLIENT_TOKEN: token } = settings
  const way = sendingWay(settings)
  const used = `used: ${describeWay(way)}`
  if (way.kind === 'proxy') {
    return key === null
      ? []
      : [`DD_API_KEY is not given to DD_INTAKE_PROXY: the proxy has to know a key; ${used}`]
  }
  if (way.kind === 'api-key') {
    return token === null ? [] : [`DD_AGENTLESS_ENABLED with DD_API_KEY and DD_CLIENT_TOKEN are set; ${used}`]
  }
  if (agentless && token === null) {
    return [`DD_AGENTLESS_ENABLED is true, and there is neither DD_API_KEY nor DD_CLIENT_TOKEN; ${used}`]
  }
  if (key !== null && token === null) {
    return [
      `DD_API_KEY alone sends nothing: DD_AGENTLESS_ENABLED=true lets Studio do without an Agent; ${used}`,
    ]
  }
  return []
}
