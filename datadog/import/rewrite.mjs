// @ts-check
// What an import changes in the files of this folder: the tag that tells machines apart, and links that lead to the site.

/** @typedef {(text: string) => string} Rewrite */

/** The tag that each Studio brings itself: a random id of its installation, or the name that `STUDIO_MACHINE` gives. */
export const MACHINE_TAG = 'studio.machine'

/**
 * Groups by another tag than the Agent's `host`: in queries, in the words of a message, in links and in lists.
 * @param {string} tag
 * @returns {Rewrite}
 */
export function byMachineTag(tag) {
  // A name with a dot stands in brackets, and a span's own tag behind an @.
  const variable = `{{[${tag}].name}}`
  return (text) =>
    text
      .replaceAll(/ by \{([^}]*)\}/g, (_, groups) => ` by {${renamed(groups, tag)}}`)
      .replaceAll(/(\/apm\/traces\?query=[^)\s]*?)host:\{\{host\.name\}\}/g, `$1@${tag}:${variable}`)
      .replaceAll('host:{{host.name}}', `${tag}:${variable}`)
      .replaceAll('{{host.name}}', variable)
      .replaceAll(/^host$/g, `@${tag}`)
}

/** @param {string} groups @param {string} tag */
function renamed(groups, tag) {
  return groups
    .split(',')
    .map((group) => (group === 'host' ? tag : group))
    .join(',')
}

/**
 * Makes links absolute: a mail or a chat has no site of its own.
 * @param {string} site `datadoghq.eu`, or an address
 * @returns {Rewrite}
 */
export function toSite(site) {
  const base = appAddress(site)
  return (text) =>
    text.replaceAll(/\]\(\/(?=[a-z])/g, `](${base}/`).replaceAll(/^\/(?=(apm|profiling)\/)/g, `${base}/`)
}

/** The address at which people look at a site: those of one region alone have nothing in front of their name. @param {string} site */
function appAddress(site) {
  if (site.includes('://')) return site.replace(/\/+$/, '')
  return site.split('.').length > 2 ? `https://${site}` : `https://app.${site}`
}

/**
 * Every text of it, at any depth, rewritten.
 * @param {any} value
 * @param {readonly Rewrite[]} rewrites
 * @returns {any}
 */
export function rewritten(value, rewrites) {
  if (typeof value === 'string') return rewrites.reduce((text, rewrite) => rewrite(text), value)
  if (Array.isArray(value)) return value.map((inner) => rewritten(inner, rewrites))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, rewritten(inner, rewrites)]))
}
