import { existsSync } from 'node:fs'
import { dataPaths } from '../../common/storage/data-folder'
import { JOURNAL_SCHEMA } from './jobs/journal-entry'
import { newestSchema } from './jobs/journal-folder'

export interface OwnDataFolder {
  /** Where this version keeps its records. */
  readonly folder: string
  /** One line, when that is not the folder that was asked for. */
  readonly refusal: string | null
  /** One line each: records that lie beside the folder, of a time when it was a newer version's. */
  readonly notes: readonly string[]
}

/**
 * The folder itself; or, when a newer version has written there, one beside it: what a newer version wrote is left
 * untouched, and nothing of this one is lost. The journal's header says it for the whole folder, because it is
 * checksummed: in any other file one flipped digit would say the same. Never throws.
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

/** What cannot be read names no schema; those who read the files say what is wrong with them. */
function schemaOfFolder(dataFolder: string): number {
  try {
    return newestSchema(dataPaths(dataFolder).journal)
  } catch {
    return 0
  }
}
