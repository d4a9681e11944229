import type { BackendOptions, EnvironmentChanges } from './choice'
import { namesAddress } from './engine/address'

/** The changes of a restart; what is not given stays as it is. */
export interface RestartChange {
  /** Another JavaScript file; instead of an engine, if one ran. */
  readonly entry?: string
  /** Another command of the engine; instead of a JavaScript file, if one ran. */
  readonly command?: readonly string[]
  /** The arguments of the file; of an engine, those behind its command. */
  readonly args?: readonly string[]
  readonly cwd?: string
  /** In the place of all that was given before. */
  readonly env?: EnvironmentChanges
  /** The engine's API. Where `command` or `args` name a port or a host, it is derived from them if not given. */
  readonly url?: string
}

/** The options with which a backend is started again. @throws {RangeError} for what does not go together */
export function changedOptions(options: BackendOptions, change: RestartChange): BackendOptions {
  const { entry, command, args, cwd, env, url } = withoutUndefined(change)
  if (entry !== undefined && command !== undefined)
    throw new RangeError('entry and command are both given: accepted is one, a JavaScript file or an engine')
  const isEngine = command !== undefined || (entry === undefined && options.engine !== undefined)
  const own = withoutUndefined({ args, cwd, env })
  if (!isEngine) {
    if (url !== undefined) throw new RangeError('url is given: accepted is one for an engine alone')
    const { engine: _, ...others } = options
    return { ...others, backend: { ...options.backend, ...withoutUndefined({ entry }), ...own } }
  }
  const before = options.engine ?? { command: [] }
  const { url: oldUrl, ...rest } = before
  // An address of before would be another's, or nobody's, where the new arguments name one.
  const keptUrl = url ?? (namesAddress([...(command ?? []), ...(args ?? [])]) ? undefined : oldUrl)
  const engine = { ...rest, ...withoutUndefined({ command, url: keptUrl }), ...own }
  return { ...options, engine }
}

/** Two changes as one; the later one counts where both say something. */
export function mergedChanges(
  earlier: RestartChange | null,
  later: RestartChange | null,
): RestartChange | null {
  if (!earlier || !later) return later ?? earlier
  const { entry, command, ...rest } = earlier
  // A file takes the place of an engine, and the other way round.
  const isOther = later.entry !== undefined || later.command !== undefined
  return { ...rest, ...(isOther ? {} : withoutUndefined({ entry, command })), ...withoutUndefined(later) }
}

type Given<T> = { readonly [Name in keyof T]?: Exclude<T[Name], undefined> }

function withoutUndefined<T extends object>(values: T): Given<T> {
  // By definition what is left has the same types: an optional field is left out instead of undefined.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>
}
