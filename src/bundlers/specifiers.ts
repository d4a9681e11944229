import path from 'node:path'
import { FOLDER } from './package-files'

/** The names by which an app imports us, each with its file of the package. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['studio-datadog-monitor', 'dist/main/monitor.cjs'],
  ['studio-datadog-monitor/register', 'dist/main/register.cjs'],
])

export const REGISTER = 'studio-datadog-monitor/register'

/** A filter of bundlers for what an app imports of us. */
export const OWN_SPECIFIER = /^studio-datadog-monitor(\/register)?$/

/** One of ours where code loads it: within text that is evaluated the quotes are escaped. */
const LOADED =
  /(?<before>(?:require|\bimport|\burl\))\s*\(\s*|\bfrom\s*|\bimport\s*)(?<quote>\\?["'`])(?<name>studio-datadog-monitor(?:\/register)?)\k<quote>/g

/** A place in a bundle's text that loads one of ours: the text between `start` and `end` is its name. */
export interface Load {
  readonly start: number
  readonly end: number
  readonly name: string
}

export function isOwn(specifier: string): boolean {
  return FILES.has(specifier)
}

/** The places in a file of a bundle that load one of ours by its name. */
export function loadsIn(code: string): Load[] {
  return [...code.matchAll(LOADED)].map(({ index, groups }) => {
    const { before = '', quote = '', name = '' } = groups ?? {}
    const start = index + before.length + quote.length
    return { start, end: start + name.length, name }
  })
}

/**
 * The path from a file of a bundle to the file of ours beside the bundle.
 * @param file from the bundle's folder
 * @param specifier one for which `isOwn` is true
 */
export function placedPath(file: string, specifier: string): string {
  const folder = path.posix.dirname(file.replaceAll('\\', '/'))
  const relative = path.posix.relative(folder, path.posix.join(FOLDER, FILES.get(specifier) ?? ''))
  return relative.startsWith('.') ? relative : `./${relative}`
}
