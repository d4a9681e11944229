// @ts-check
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Finds what would end the installed app at its start, with exit code 2 and one line that a user without a
 * terminal does not see: its settings file names nothing that could be run.
 * @param {string} folder that is copied beside the app
 * @returns {string | null} one line; null when there is something to run
 */
export function missingBackend(folder) {
  const file = path.join(folder, 'studio-monitor.json')
  /** @type {Record<string, unknown>} */
  let settings
  try {
    settings = { ...JSON.parse(readFileSync(file, 'utf8')) }
  } catch (error) {
    return `${file} cannot be read: ${error instanceof Error ? error.message : error}`
  }
  const { STUDIO_BACKEND_ENTRY: entry, STUDIO_ENGINE_COMMAND: command } = settings
  if (command) return null
  if (typeof entry !== 'string' || entry === '') {
    return `${file} names no STUDIO_BACKEND_ENTRY and no STUDIO_ENGINE_COMMAND: where nobody else does, the app ends at once, with exit code 2`
  }
  return existsSync(path.resolve(folder, entry))
    ? null
    : `${file} names a backend that is not there: ${entry}`
}
