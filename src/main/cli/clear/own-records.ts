import { lstatSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { dataPaths } from '../../../common/storage/data-folder'

/** Files of one kind, in words for the question. */
export interface RecordGroup {
  readonly what: string
  readonly files: readonly RecordFile[]
}

export interface RecordFile {
  readonly path: string
  readonly bytes: number
}

/** A damaged file that was set aside is a record too; so is one that a killed writer has left half-written. */
const ASIDE = /(\.damaged-\d{8}T\d{6}Z?(-\d+)?|\.tmp-\d{10}[0-9a-f]{6})$/

/**
 * The monitor's records in a data folder. Settings, the user's consent, the installation's id and the lock are no records, and
 * files that are not the monitor's are none of them either. Never throws.
 */
export function ownRecords(dataFolder: string): readonly RecordGroup[] {
  const { journal, failedJobs, incidents, profiles, logs, unsent, needs, status, crashes } =
    dataPaths(dataFolder)
  const groups = [
    group('failed jobs', [...beside(failedJobs), ...filesIn(journal, /^(\d+\.jsonl|reserve)$/)]),
    group('incidents', filesIn(incidents, /^\d{8}-\d{6}-[\w-]+\.json$/)),
    group('profiles', filesIn(profiles, /^\d{8}T\d{6}Z-[\w-]+\.(pprof|json)$/)),
    group('minidumps', filesIn(crashes, /\.dmp$/)),
    group('log files', filesIn(logs, /^(monitor|backend)(\.\d+)?\.jsonl$/)),
    group('spans that were not sent', filesIn(unsent, /\.jsonl\.gz$/)),
    group('what jobs need', beside(needs)),
    group('the last status', beside(status)),
  ]
  return groups.filter(({ files }) => files.length > 0)
}

function group(what: string, paths: readonly string[]): RecordGroup {
  const bytesOf = (file: string) => lstatSync(file, { throwIfNoEntry: false })?.size ?? 0
  return { what, files: paths.map((file) => ({ path: file, bytes: bytesOf(file) })) }
}

/** A file, and what was set aside of it. */
function beside(file: string): string[] {
  const name = path.basename(file)
  return filesIn(path.dirname(file), { test: (found: string) => found === name })
}

function filesIn(folder: string, pattern: Pick<RegExp, 'test'>): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && pattern.test(entry.name.replace(ASIDE, '')))
      .map(({ name }) => path.join(folder, name))
  } catch {
    return []
  }
}
