import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Makes a folder read-only for any file opened in it from now on, even by root: open files stay writable, as
 * on a disk that the system has set read-only after an error. Linux, root.
 */
export async function freeze(folder: string): Promise<void> {
  await run('mount', ['--bind', folder, folder])
  await run('mount', ['-o', 'remount,ro,bind', folder])
}

export async function thaw(folder: string): Promise<void> {
  await run('umount', ['--lazy', folder])
}
