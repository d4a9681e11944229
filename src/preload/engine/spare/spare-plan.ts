import type { ProbeMessageOf } from '../probe-link/messages'
import { parsePythonCommand } from '../python-command'

/** The things that a spare has to be like the engine in. */
export interface SpareOf {
  /** The command as the settings have it. */
  readonly command: readonly string[]
  readonly cwd: string | null
  /** The engine's own, without the probe's words. */
  readonly environment: Readonly<Record<string, string>>
}

/** The command of a spare: the launcher in front of the engine's script. */
export interface SpareCommand {
  readonly program: string
  readonly args: readonly string[]
  /** The script and what it gets. */
  readonly script: readonly string[]
}

/** @returns why there is none, in words, where the command is no Python alone that runs a script */
export function spareCommand(command: readonly string[], launcher: string): SpareCommand | string {
  const parsed = parsePythonCommand(command)
  if (parsed === null || parsed.wrapper.length > 0)
    return 'its command starts the Python by way of another program'
  const [script] = parsed.rest
  if (script === undefined || script.startsWith('-')) return 'its command runs no script'
  return {
    program: parsed.python,
    args: [...parsed.options, launcher, ...parsed.rest],
    script: parsed.rest,
  }
}

/** @returns why an engine has no spare, in words; `null` where it may have one */
export function whyNoSpare(hello: ProbeMessageOf<'hello'>, enginePid: number): string | null {
  if (process.platform === 'win32') return 'there is none on Windows'
  if (hello.ddtrace !== null) return "Datadog's tracer is in its Python, and is not started twice"
  if (hello.pid !== enginePid) return 'its command starts the Python by way of another program'
  return null
}

/** Tells whether a spare of one can be run as the other: the tags for Datadog may differ, which nothing in it has read. */
export function isSame(one: SpareOf, other: SpareOf): boolean {
  return keyOf(one) === keyOf(other)
}

function keyOf({ command, cwd, environment }: SpareOf): string {
  const variables = Object.entries(environment).filter(([name]) => !name.startsWith('DD_'))
  return JSON.stringify([command, cwd, variables.toSorted(([a], [b]) => (a < b ? -1 : 1))])
}
