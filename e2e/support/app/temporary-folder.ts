import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** Stands in the folder when a test has failed. */
const KEPT = 'kept'

/**
 * All that a run of tests writes lies below one folder, which goes with it: `os.tmpdir()` is that one from here on, in the
 * workers and the apps too.
 * @returns what ends it: what a failed test left stays, and is told of
 */
export function ownTemporaryFolder(): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-tests-'))
  // Open as the temporary folder itself is: some tests run the app as another user.
  chmodSync(folder, 0o1777)
  // The one for POSIX, the other for Windows.
  Object.assign(process.env, { TMPDIR: folder, TEMP: folder })
  return () => {
    if (existsSync(path.join(folder, KEPT))) console.log(`What failed tests left lies in ${folder}`)
    else rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What lies there tells why a test failed. */
export function keepTemporaryFolder(): void {
  writeFileSync(path.join(os.tmpdir(), KEPT), '')
}
