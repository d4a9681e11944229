import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { dataPaths } from '../../common/storage/data-folder'
import { errorCode } from '../../common/storage/errors'
import type { Incident } from '../records/incidents/incident'
import { readIncidents } from '../records/incidents/read-incidents'
import { findById } from './find-id'

/** The profile to show, and the incident it belongs to. */
export interface TopSource {
  readonly file: string
  readonly incident: Incident | null
}

export interface TopQuestion {
  /** A file or the beginning of an incident's id; `null` for the newest profile. */
  readonly word: string | null
  readonly cpu: boolean
}

/** The error for a profile that does not exist; the message is one line. */
export class NothingThere extends Error {}

/** Recognises CPU profiles by the profiler thread's names: `<id>-wall.pprof`, `<id>-space.pprof`. */
const CPU_FILE = /wall|cpu/i
/** Recognises the engine's, which have time and memory in one file. */
const BOTH_FILE = /-profile\.pprof$/

/**
 * Finds the profile to show.
 * @returns `null` if none was asked for and there is none
 * @throws {NothingThere} if the one that was asked for does not exist
 */
export function findProfile(dataFolder: string, { word, cpu }: TopQuestion): TopSource | null {
  const folder = dataPaths(dataFolder).profiles
  const { incidents } = readIncidents(dataFolder)
  if (word === null) return newestOfIncidents(folder, incidents, cpu) ?? newestIn(folder, incidents, cpu)
  const found = findById(incidents, word)
  const isPath = /[\\/.]/.test(word)
  if (!isPath && 'one' in found) return ofIncident(folder, found.one, cpu)
  const file = [word, path.join(folder, word)].find(isThere)
  if (file !== undefined) return { file, incident: ownerOf(file, incidents) }
  const quoted = JSON.stringify(word)
  if (!isPath && 'candidates' in found && found.candidates.length > 1) {
    throw new NothingThere(`${found.candidates.length} incidents fit ${quoted}: see incidents`)
  }
  throw new NothingThere(`no file${isPath ? '' : ' and no incident'} ${quoted}`)
}

function ofIncident(folder: string, incident: Incident, cpu: boolean): TopSource {
  const { profiles, id } = incident
  const [name, other] = cpu ? [profiles.cpu, profiles.heap] : [profiles.heap, profiles.cpu]
  const kind = (isCpu: boolean) => (isCpu ? 'CPU' : 'heap')
  if (name === null) {
    const hint =
      other === null ? '' : `: it has one of the ${kind(!cpu)}${cpu ? ', without --cpu' : ', with --cpu'}`
    throw new NothingThere(`incident ${id} has no ${kind(cpu)} profile${hint}`)
  }
  const file = location(folder, name)
  if (isThere(file)) return { file, incident }
  throw new NothingThere(`the ${kind(cpu)} profile of incident ${id} is no longer there: ${file}`)
}

function newestOfIncidents(folder: string, incidents: readonly Incident[], cpu: boolean): TopSource | null {
  const found = incidents.flatMap((incident) => {
    const { heap } = incident.profiles
    // An unresponsive backend has only a CPU profile.
    const name = cpu ? incident.profiles.cpu : (heap ?? incident.profiles.cpu)
    const file = name === null ? null : location(folder, name)
    return file !== null && isThere(file) ? [{ file, incident }] : []
  })
  return found.at(-1) ?? null
}

function newestIn(folder: string, incidents: readonly Incident[], cpu: boolean): TopSource | null {
  const files = namesIn(folder)
    .filter((name) => name.endsWith('.pprof'))
    .map((name) => path.join(folder, name))
    .map((file) => ({ file, stats: statSync(file, { throwIfNoEntry: false }) }))
    .flatMap(({ file, stats }) => (stats?.isFile() ? [{ file, changedAt: stats.mtimeMs }] : []))
    .sort((a, b) => b.changedAt - a.changedAt)
    .map(({ file }) => file)
  const file =
    files.find((name) => BOTH_FILE.test(name) || CPU_FILE.test(path.basename(name)) === cpu) ??
    (cpu ? undefined : files[0])
  return file === undefined ? null : { file, incident: ownerOf(file, incidents) }
}

function ownerOf(file: string, incidents: readonly Incident[]): Incident | null {
  const name = path.basename(file)
  return incidents.findLast(({ profiles }) => profiles.heap === name || profiles.cpu === name) ?? null
}

/** The path of a profile within the folder: names come from a record on disk, and must not lead outside. */
function location(folder: string, name: string): string {
  return path.join(folder, path.basename(name))
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}
