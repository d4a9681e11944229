/** The hosts of a site's intakes. */
export type IntakeTrack = 'spans' | 'profiles' | 'series' | 'distributions' | 'logs'

/**
 * The hosts of spans with an API key, for the sites whose host does not follow from their name. Read in dd-trace 5.132
 * (`exporters/agentless/intake.js`).
 */
const SPAN_HOSTS: Readonly<Record<string, string>> = {
  'datadoghq.com': 'public-trace-http-intake.logs.datadoghq.com',
  'datadoghq.eu': 'public-trace-http-intake.logs.datadoghq.eu',
  'datad0g.com': 'public-trace-http-intake.logs.datad0g.com',
  'us3.datadoghq.com': 'trace.browser-intake-us3-datadoghq.com',
  'us5.datadoghq.com': 'trace.browser-intake-us5-datadoghq.com',
}

/** The path and query of the span intake for a client token, as electron-sdk 0.9 asks for it. */
export const TOKEN_SPANS_PATH = '/api/v2/spans?ddsource=electron'
/** Each log names its own source, which counts for more. */
export const TOKEN_LOGS_PATH = '/api/v2/logs?ddsource=electron'

/** The host of a track with an API key. The profile intake is dd-trace's, the others are Datadog's public API. */
export function apiKeyUrl(track: IntakeTrack, site: string): URL {
  switch (track) {
    case 'spans':
      return new URL(`https://${SPAN_HOSTS[site] ?? dashed(site)}/api/v2/spans`)
    case 'profiles':
      return new URL(`https://intake.profile.${site}/api/v2/profile`)
    case 'logs':
      return new URL(`https://http-intake.logs.${site}/api/v2/logs`)
    case 'series':
      return new URL(`https://api.${site}/api/v2/series`)
    case 'distributions':
      return new URL(`https://api.${site}/api/v1/distribution_points`)
  }
}

/** The host of spans and logs with a client token: that for browsers and mobile apps. */
export function tokenUrl(site: string, path: string): URL {
  const [first = '', ...rest] = site.split('.')
  const host = rest.length > 1 ? `${first}-${rest.join('.')}` : site
  return new URL(`https://browser-intake-${host}${path}`)
}

/** A forwarding proxy of the user's own is told in `ddforward` what to ask Datadog for, as by Datadog's SDKs. */
export function proxyUrl(proxy: string, path: string): URL {
  const url = new URL(proxy)
  url.searchParams.set('ddforward', path)
  return url
}

/** `us2.ddog-gov.com` as `browser-intake-us2-ddog-gov.com`: every dot but the last one becomes a dash. */
function dashed(site: string): string {
  const dot = site.lastIndexOf('.')
  return `browser-intake-${site.slice(0, dot).replaceAll('.', '-')}${site.slice(dot)}`
}
