import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Makes a folder read-only for whoever opens something in it from now on, root too: what is open stays open, as on a
 * disk that the system has set read-only after an error. Linux, root.
 */
export async function freeze(folder: string): Promise<void> {
  await run('mount', ['--bind', folder, folder])
  await run('mount', ['-o', 'remount,ro,bind', folder])
}

export async function thaw(folder: string): Promise<void> {
  await run('umount', ['--lazy', folder])
}
