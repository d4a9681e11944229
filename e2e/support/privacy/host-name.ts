import { spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import type { StudioOptions } from '../app/studio'

/** A new name for a host, where a program can be given one of its own: on Linux, to root; `null` elsewhere. */
export function ownHostName(): string | null {
  const name = `host${randomInt(1e8, 1e9)}`
  const { command, args } = onHost(name)('hostname', [])
  const { status, stdout } = spawnSync(command, [...args], { encoding: 'utf8' })
  return status === 0 && stdout.trim() === name ? name : null
}

/** Runs a program on a host of that name, for itself alone. */
export const onHost =
  (name: string): NonNullable<StudioOptions['wrap']> =>
  (command, args) => ({
    command: 'unshare',
    args: ['--uts', 'sh', '-c', 'hostname "$0" && exec "$@"', name, command, ...args],
  })
