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
    const name = readdirSync(folder)
      .filter((file) => NAME.test(file))
      .sort()
      .at(-1)
    return { incident: name === undefined ? null : readIncident(folder, name), problem: null }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { incident: null, problem: null }
    return { incident: null, problem: `the last incident could not be read: ${errorMessage(error)}` }
  }
}
