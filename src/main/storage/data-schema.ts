import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import path from 'node:path'
import { dataPaths } from './data-folder'

/** The newest `schema` that any of our files has. */
const DATA_SCHEMA = 1
/** Where a file names its schema: among its first members. In bytes. */
const HEAD_BYTES = 512

export interface OwnData {
  /** Where this version keeps its records. */
  readonly folder: string
  /** One line, when that is not the folder that was asked for. */
  readonly refusal: string | null
}

/**
 * The folder itself; or, when a newer version has written there, one beside it: what a newer version wrote is left
 * untouched, and nothing of this one is lost. Never throws.
 */
export function ownData(dataFolder: string): OwnData {
  const schema = schemaOfFolder(dataFolder)
  if (schema <= DATA_SCHEMA) return { folder: dataFolder, refusal: null }
  const folder = `${dataFolder}-schema-${DATA_SCHEMA}`
  const refusal = `the data folder ${dataFolder} was written by a newer version (schema ${schema}, known ${DATA_SCHEMA}): it is left untouched, and the records of this version are kept in ${folder}`
  return { folder, refusal }
}

/** The newest schema that a file of the folder names, 0 when there is none. */
export function schemaOfFolder(dataFolder: string): number {
  const { failedJobs, incidents, journal, profiles } = dataPaths(dataFolder)
  const records = [filesOf(incidents, '.json'), filesOf(profiles, '.json'), filesOf(journal, '.jsonl')].flat()
  const texts = [
    attempt(() => readFileSync(failedJobs, 'utf8')),
    ...records.map((file) => attempt(() => headOf(file))),
  ]
  return Math.max(
    0,
    ...texts.flatMap((text) => [...text.matchAll(/"schema":\s*(\d{1,9})\b/g)].map(([, n]) => Number(n))),
  )
}

function filesOf(folder: string, extension: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(extension))
    return names.map((name) => path.join(folder, name))
  } catch {
    return []
  }
}

function headOf(file: string): string {
  const fd = openSync(file, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    return head.toString('latin1', 0, readSync(fd, head, 0, HEAD_BYTES, 0))
  } finally {
    closeSync(fd)
  }
}

/** What cannot be read names no schema; those who read the files say what is wrong with them. */
function attempt(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
