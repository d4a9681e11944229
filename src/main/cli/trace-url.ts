/** A Datadog site with a name of its own in front is where its app is, `us3.datadoghq.com`; the others have it at `app.`. */
const SITE_OF_ITS_OWN = /^[^.]+\.[^.]+\.[^.]+$/
const SITE = /^[a-z\d-]+(\.[a-z\d-]+)+$/i
const DEFAULT_SITE = 'datadoghq.com'

/**
 * The page of a trace in Datadog.
 * @param traceId 32 hexadecimal digits, or a decimal number
 */
export function traceUrl(traceId: string, site: string): string {
  const host = SITE_OF_ITS_OWN.test(site) ? site : `app.${site}`
  return `https://${host}/apm/trace/${encodeURIComponent(traceId)}`
}

/** The site that the environment names, as the app's settings may; else Datadog's first. */
export function siteOf({ DD_SITE }: NodeJS.ProcessEnv): string {
  return DD_SITE !== undefined && SITE.test(DD_SITE) ? DD_SITE : DEFAULT_SITE
}
