import { readdirSync } from 'node:fs'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import type { Incident } from './incident'
import { readIncident } from './read-incidents'

/** An incident's file is named by its id, which begins with its time. */
const NAME = /^\d{8}-\d{6}-[\w-]+\.json$/

/** Reads the newest incident alone: of two hundred, the others need not be parsed. Never throws. */
export function newestIncident(dataFolder: string): {
  readonly incident: Incident | null
  /** Why it cannot be read, in one line. */
  readonly problem: string | null
} {
  const folder = dataPaths(dataFolder).incidents
  try {
    const name = names(folder).at(-1)
    return { incident: name === undefined ? null : readIncident(folder, name), problem: null }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { incident: null, problem: null }
    return { incident: null, problem: `the last incident could not be read: ${errorMessage(error)}` }
  }
}

/** The ids of the incidents, newest last. Never throws: what is wrong is for those to say who read them. */
export function incidentIds(dataFolder: string): readonly string[] {
  try {
    return readdirSync(dataPaths(dataFolder).incidents)
      .filter((name) => name.endsWith('.json'))
      .map((name) => name.slice(0, -'.json'.length))
      .sort()
  } catch {
    return []
  }
}

/** One incident by its whole id; `null` where it cannot be read. Never throws. */
export function incidentById(dataFolder: string, id: string): Incident | null {
  try {
    return readIncident(dataPaths(dataFolder).incidents, `${id}.json`)
  } catch {
    return null
  }
}

/**
 * The newest incidents, newest last, and the number of older ones, which are not read. Never throws.
 * @returns `null` where there are not more than `limit`, or one of them cannot be read: `readIncidents` says why
 */
export function newestIncidents(
  dataFolder: string,
  limit: number,
): { readonly records: readonly Incident[]; readonly older: number } | null {
  const ids = incidentIds(dataFolder)
  if (ids.length <= limit || !ids.every((id) => NAME.test(`${id}.json`))) return null
  const records = ids.slice(-limit).map((id) => incidentById(dataFolder, id))
  const read = records.filter((record) => record !== null)
  return read.length === limit ? { records: read, older: ids.length - limit } : null
}

function names(folder: string): string[] {
  return readdirSync(folder)
    .filter((file) => NAME.test(file))
    .sort()
}
