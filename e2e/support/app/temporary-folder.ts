import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** The file in the folder that marks a failed test. */
const KEPT = 'kept'

/**
 * Puts all that a run of tests writes below one folder, which is deleted with it: `os.tmpdir()` is that one
 * from here on, in the workers and the apps too.
 * @returns a function that deletes it, except what a failed test left, which is reported
 */
export function ownTemporaryFolder(): () => void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-tests-'))
  // Open like the temporary folder itself: some tests run the app as another user.
  chmodSync(folder, 0o1777)
  // One is for POSIX, the other for Windows.
  Object.assign(process.env, { TMPDIR: folder, TEMP: folder })
  return () => {
    if (existsSync(path.join(folder, KEPT))) console.log(`What failed tests left lies in ${folder}`)
    else rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Keeps the folder, which tells why a test failed. */
export function keepTemporaryFolder(): void {
  writeFileSync(path.join(os.tmpdir(), KEPT), '')
}
