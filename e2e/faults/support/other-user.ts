import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import { type Availability, tryOut } from '../../../testing/availability/availability'
import { appRuntime } from '../../support/app/runtime'

const run = promisify(execFile)

/** Two of whom the machine knows nothing, so that nothing else of it is theirs. */
const USER = 54_322
export const SOMEONE_ELSE = 54_321

/** Whether the app can be run by another user than root: whom what belongs to someone else is closed to. Linux, root. */
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

/** All of a folder. */
export function giveToUser(folder: string): void {
  execFileSync('chown', ['--recursive', '--no-dereference', `${USER}:${USER}`, folder])
}
