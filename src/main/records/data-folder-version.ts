import { existsSync } from 'node:fs'
import path from 'node:path'
import { dataFolderIn, dataPaths } from '../../common/storage/data-folder'
import { JOURNAL_SCHEMA } from './jobs/journal-entry'
import { newestSchema } from './jobs/journal-folder'

export interface OwnDataFolder {
  /** The folder of this version's records. */
  readonly folder: string
  /** A notice in one line, if that is not the folder that the user named; otherwise `null`. */
  readonly refusal: string | null
  /** Notes, a line each: records of older versions, from when the folder was a newer version's. */
  readonly notes: readonly string[]
}

/**
 * Chooses the folder itself or, if a newer version has written there, one within it: its records are left
 * untouched, and nothing of this version is lost. The journal's header gives the schema of the whole folder,
 * because it is checksummed: in any other file one flipped digit could change it. Never throws.
 */
export function ownDataFolder(dataFolder: string): OwnDataFolder {
  const schema = schemaOfFolder(dataFolder)
  if (schema > JOURNAL_SCHEMA) {
    const folder = dataFolderIn(olderUserData(dataFolder, JOURNAL_SCHEMA))
    const refusal = `the data folder ${dataFolder} was written by a newer version (schema ${schema}, known ${JOURNAL_SCHEMA}): it is left untouched, and the records of this version are kept in ${folder}`
    return { folder, refusal, notes: [] }
  }
  const older = Array.from({ length: JOURNAL_SCHEMA }, (_, n) => olderUserData(dataFolder, n + 1))
  const notes = older
    .filter((userData) => existsSync(userData))
    .map(
      (userData) =>
        `records of an older version lie in ${dataFolderIn(userData)}: --user-data-dir=${userData} shows and sends them`,
    )
  return { folder: dataFolder, refusal: null, notes }
}

/** The folder that an app is started with to use the records of that schema: a user data folder, within the data folder. */
function olderUserData(dataFolder: string, schema: number): string {
  return path.join(dataFolder, `schema-${schema}`)
}

/** The schema of a folder. A file that cannot be read gives none; those who read it report what is wrong. */
function schemaOfFolder(dataFolder: string): number {
  try {
    return newestSchema(dataPaths(dataFolder).journal)
  } catch {
    return 0
  }
}
