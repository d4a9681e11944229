import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { type Availability, tryOut } from '../../../testing/availability/availability'
import { appRuntime } from '../../support/app/runtime'

const run = promisify(execFile)

/** A user and a group unknown to the machine, so that they own nothing else on it. */
const USER = 54_322
export const SOMEONE_ELSE = 54_321

/** Tells whether the app can run as a user other than root, who cannot access others' files. Linux, root. */
export function canRunAsUser(): Promise<Availability> {
  return tryOut(async () => {
    const { command, args } = asUser(appRuntime().executable, ['--version'])
    await run(command, args, { env: { PATH: process.env.PATH, ELECTRON_RUN_AS_NODE: '1' } })
  })
}

export function asUser(command: string, args: readonly string[]): { command: string; args: string[] } {
  const user = [`--reuid=${USER}`, `--regid=${USER}`, '--clear-groups', '--no-new-privs']
  return { command: 'setpriv', args: [...user, '--', command, ...args] }
}

/** Gives all of a folder to the user. */
export function giveToUser(folder: string): void {
  execFileSync('chown', ['--recursive', '--no-dereference', `${USER}:${USER}`, folder])
}
