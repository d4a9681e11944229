import { readdirSync } from 'node:fs'
import path from 'node:path'
import * as v from 'valibot'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { readRegularFile } from '../../../common/storage/regular-file'
import { schemaProblem } from '../../../common/storage/schema'
import type { Incident } from './incident'
import { IncidentSchema } from './incident-schema'

/** Largest file read into memory, in bytes: a larger one is not ours. */
const MAX_INCIDENT_BYTES = 16 * 1024 * 1024

export interface IncidentsOnDisk {
  /** The incidents, newest last. */
  readonly incidents: readonly Incident[]
  /** The files that could not be read, one line each. */
  readonly problems: readonly string[]
}

/**
 * Reads `incidents/*.json` of a data folder and changes nothing, even while the app writes. Each file is read
 * on its own: a file that is not an incident is a problem and hides no other. Never throws.
 */
export function readIncidents(dataFolder: string): IncidentsOnDisk {
  const folder = dataPaths(dataFolder).incidents
  const incidents: Incident[] = []
  const problems: string[] = []
  for (const file of incidentFiles(folder, problems)) {
    try {
      incidents.push(readIncident(folder, file))
    } catch (error) {
      // The app keeps a bounded number of them, and has just deleted this one.
      if (errorCode(error) === 'ENOENT') continue
      problems.push(`incidents/${file} could not be read: ${errorMessage(error)}`)
    }
  }
  return { incidents: incidents.sort(byTime), problems }
}

function incidentFiles(folder: string, problems: string[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT')
      problems.push(`the incidents could not be read: ${errorMessage(error)}`)
    return []
  }
}

/** @throws an error that says why it cannot be read, or is not an incident */
export function readIncident(folder: string, file: string): Incident {
  const location = path.join(folder, file)
  const incident = parseIncident(readRegularFile(location, MAX_INCIDENT_BYTES).toString('utf8'))
  if (`${incident.id}.json` !== file) throw new Error(`it holds another incident, ${incident.id}`)
  return incident
}

/** @throws an error that says what is wrong with it, in one line */
export function parseIncident(text: string): Incident {
  const result = v.safeParse(IncidentSchema, parseJson(text), { abortEarly: true })
  if (result.success) return result.output
  throw new Error(`it is not an incident: ${schemaProblem(result.issues)}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('it is not JSON')
  }
}

/** Sorts by the record's own time; on a tie by id; a record without a valid time comes first. */
function byTime(a: Incident, b: Incident): number {
  return timeOf(a) - timeOf(b) || (a.id < b.id ? -1 : 1)
}

function timeOf({ at }: Incident): number {
  const time = Date.parse(at)
  return Number.isNaN(time) ? 0 : time
}
