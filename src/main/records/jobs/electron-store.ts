import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import Store from 'electron-store'
import type { FailedJob } from './failed-job'

/** A JSON file that contains the failed jobs. */
export interface ViewFile {
  /**
   * Replaces the content.
   * @throws if it is not on disk as a whole
   */
  write(jobs: readonly FailedJob[]): void
}

/**
 * Opens a view file, which is absent or valid JSON.
 * @throws if it cannot be read
 */
export type OpenViewFile = (path: string) => ViewFile

/** Opens `failed-jobs.json` as an electron-store. `path` ends in `.json`. */
export const openElectronStore: OpenViewFile = (path) => {
  let bytes = 0
  const store = new Store<{ jobs: readonly FailedJob[] }>({
    name: basename(path, '.json'),
    cwd: dirname(path),
    configFileMode: 0o600,
    accessPropertiesByDotNotation: false,
    serialize: (value) => {
      const text = JSON.stringify(value, undefined, '\t')
      bytes = Buffer.byteLength(text)
      return text
    },
  })
  return {
    write(jobs) {
      // Not `set`, which would read and parse the file once more.
      store.store = { jobs }
      // electron-store reports success even if a disk that fills up accepted only half of the file.
      const { size } = statSync(path)
      if (size !== bytes) throw new Error(`only ${size} of ${bytes} bytes were written`)
    },
  }
}
