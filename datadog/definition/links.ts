import type { WidgetCustomLink } from '@datadog/datadog-api-client/dist/packages/datadog-api-client-v1'

/** The filter in a widget's link, where Datadog puts the values of the dashboard's variables. */
const CHOSEN = 'env:{{$env.value}} service:{{$service.value}} version:{{$version.value}}'
const SPAN = 'start={{timestamp_start}}&end={{timestamp_end}}'
/** The filter in a note, with the variables themselves. */
const CHOSEN_IN_NOTE = 'env:$env.value service:$service.value version:$version.value'

/** A link from a graph to the traces of the time that was clicked on. */
export function tracesLink(label: string, query: string): WidgetCustomLink {
  return { label, link: `/apm/traces?query=${encode(`${query} ${CHOSEN}`)}&${SPAN}` }
}

/** A link from a graph to the backend's profiles. */
export function profilesLink(label: string, query = ''): WidgetCustomLink {
  return { label, link: `/profiling/explorer?query=${encode(`${profilesOf(query)} ${CHOSEN}`)}&${SPAN}` }
}

/** A link to traces in a note's Markdown. */
export function traces(label: string, query: string): string {
  return `[${label}](/apm/traces?query=${encode(`${query} ${CHOSEN_IN_NOTE}`)})`
}

export function profiles(label: string, query = ''): string {
  return `[${label}](/profiling/explorer?query=${encode(`${profilesOf(query)} ${CHOSEN_IN_NOTE}`)})`
}

const profilesOf = (query: string) => ['studio.process:backend', query].filter(Boolean).join(' ')

/**
 * Encodes what would end a link in Markdown, or is not allowed in a URL. Datadog must still find its
 * variables.
 */
const encode = (query: string) =>
  query.replaceAll(/[ "()<>]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
