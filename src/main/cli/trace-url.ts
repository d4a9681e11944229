import { dataPaths } from '../../common/storage/data-folder'
import { readEffectiveSettings } from '../settings/effective-settings'

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

/**
 * The site that the app of a data folder sends to, as it has written down itself; else the one that this environment names, else
 * Datadog's first.
 */
export function siteOf(dataFolder: string, { DD_SITE }: NodeJS.ProcessEnv): string {
  const written = readEffectiveSettings(dataPaths(dataFolder).effectiveSettings)
  const ofApp = written?.settings.find(({ name }) => name === 'DD_SITE')?.value
  return [ofApp, DD_SITE].find((site) => site !== undefined && SITE.test(site)) ?? DEFAULT_SITE
}
