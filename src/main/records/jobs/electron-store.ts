import { statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import Store from 'electron-store'
import type { FailedJob } from './failed-job'

/** A JSON file with the failed jobs in it. */
export interface ViewFile {
  /** Replaces the content. @throws an error when it is not on disk as a whole */
  write(jobs: readonly FailedJob[]): void
}

/** Opens a view file; it is absent or good JSON. @throws an error when it cannot be read */
export type OpenViewFile = (path: string) => ViewFile

/** `failed-jobs.json` as an electron-store. `path` ends in `.json`. */
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
      // electron-store reports success when a disk that fills up took only half of the file.
      const { size } = statSync(path)
      if (size !== bytes) throw new Error(`only ${size} of ${bytes} bytes were written`)
    },
  }
}
