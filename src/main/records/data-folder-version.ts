import { existsSync } from 'node:fs'
import { dataPaths } from '../../common/storage/data-folder'
import { JOURNAL_SCHEMA } from './jobs/journal-entry'
import { newestSchema } from './jobs/journal-folder'

export interface OwnDataFolder {
  /** The folder of this version's records. */
  readonly folder: string
  /** A notice in one line, if that is not the folder that the user named; otherwise `null`. */
  readonly refusal: string | null
  /** Notes, a line each: records beside the folder, from when it was a newer version's. */
  readonly notes: readonly string[]
}

/**
 * Chooses the folder itself or, if a newer version has written there, one beside it: its records are left
 * untouched, and nothing of this version is lost. The journal's header gives the schema of the whole folder,
 * because it is checksummed: in any other file one flipped digit could change it. Never throws.
 */
export function ownDataFolder(dataFolder: string): OwnDataFolder {
  const schema = schemaOfFolder(dataFolder)
  if (schema > JOURNAL_SCHEMA) {
    const folder = folderBeside(dataFolder, JOURNAL_SCHEMA)
    const refusal = `the data folder ${dataFolder} was written by a newer version (schema ${schema}, known ${JOURNAL_SCHEMA}): it is left untouched, and the records of this version are kept in ${folder}`
    return { folder, refusal, notes: [] }
  }
  const beside = Array.from({ length: JOURNAL_SCHEMA }, (_, n) => folderBeside(dataFolder, n + 1))
  const notes = beside
    .filter((folder) => existsSync(folder))
    .map(
      (folder) =>
        `records of an older version lie in ${folder}: --user-data-dir=${folder} shows and sends them`,
    )
  return { folder: dataFolder, refusal: null, notes }
}

function folderBeside(dataFolder: string, schema: number): string {
  return `${dataFolder}-schema-${schema}`
}

/** The schema of a folder. A file that cannot be read gives none; those who read it report what is wrong. */
function schemaOfFolder(dataFolder: string): number {
  try {
    return newestSchema(dataPaths(dataFolder).journal)
  } catch {
    return 0
  }
}
