import type { EngineConfig } from '../../common/engine/config'
import type { SettingName, Settings } from '../settings/definitions'
import type { Origin } from '../settings/load'
import { SOURCE_KINDS } from '../settings/sources'
import { engineUrl } from './engine/address'

/** Variables on top of the app's own environment; `undefined` takes one away. */
export type EnvironmentChanges = Readonly<Record<string, string | undefined>>

/** The backend that an embedding app asks for; settings made by a person win over it. */
export interface BackendOptions {
  readonly backend?: {
    /** JavaScript file to run in the utility process; `STUDIO_BACKEND_ENTRY` wins over it. */
    readonly entry?: string
    /** `STUDIO_BACKEND_ARGS` wins over it. */
    readonly args?: readonly string[]
    /** The folder it runs in; the app's own if not given. */
    readonly cwd?: string
    readonly env?: EnvironmentChanges
  }
  /** Studio's Python engine instead of a backend's file; `STUDIO_ENGINE_COMMAND` and the like win over it. */
  readonly engine?: {
    /** The program and its arguments. */
    readonly command: readonly string[]
    /** More arguments, behind the command's: those that a `restart({ args })` replaces. */
    readonly args?: readonly string[]
    /** The folder it runs in; the app's own if not given. */
    readonly cwd?: string
    /** The API's address; derived from the command if not given. */
    readonly url?: string
    readonly env?: EnvironmentChanges
  }
}

/** The engine to run, before it is known where its probe is written to. */
export interface EngineChoice extends Omit<EngineConfig, 'probeFolder' | 'profiling' | 'recordFile'> {
  readonly isProbed: boolean
}

/** The backend to run: a JavaScript file or, with `engine`, the file that runs the engine. */
export interface BackendChoice {
  readonly entry: string | null
  /** A backend's own; the engine's runner gets its one argument when it is started. */
  readonly args: readonly string[]
  /** The folder that a backend's file runs in; `null` for the app's own. An engine's is its own. */
  readonly cwd: string | null
  readonly env: EnvironmentChanges
  readonly engine: EngineChoice | null
  /** Settings that have no effect here, a line each. */
  readonly notes: readonly string[]
}

interface Chosen {
  readonly settings: Settings
  readonly origins: Readonly<Record<string, Origin>>
  readonly options: BackendOptions
  /** The file that runs the engine. */
  readonly engineRunner: string
}

/** In ascending precedence. */
const STRENGTH: readonly Origin[] = ['default', ...SOURCE_KINDS.toReversed()]
/** The rank of `backend` and `engine`, which are options themselves. */
const OPTIONS = STRENGTH.indexOf('options')

/**
 * Chooses between the engine and a backend's file: a setting wins over what the app asks for; of two
 * settings, the one from the higher-precedence source wins; on a tie, the engine.
 */
export function chooseBackend(chosen: Chosen): BackendChoice {
  const { options } = chosen
  const [engine, entry] = [
    strength(chosen, 'STUDIO_ENGINE_COMMAND'),
    strength(chosen, 'STUDIO_BACKEND_ENTRY'),
  ]
  if (engine > OPTIONS && entry > OPTIONS) {
    const note = 'STUDIO_ENGINE_COMMAND and STUDIO_BACKEND_ENTRY are both set'
    return entry > engine
      ? fileChoice(chosen, [`${note}: the stronger source's, STUDIO_BACKEND_ENTRY, is run and no engine`])
      : engineChoice(chosen, [`${note}: the engine is run, and STUDIO_BACKEND_ENTRY is ignored`])
  }
  const asked = { engine: options.engine ? OPTIONS : 0, entry: options.backend?.entry ? OPTIONS : 0 }
  const isEngine =
    Math.max(engine, asked.engine) > 0 && Math.max(engine, asked.engine) >= Math.max(entry, asked.entry)
  return isEngine ? engineChoice(chosen, []) : fileChoice(chosen, [])
}

/** Describes the backend, for the log. */
export function describeBackend({ engine, entry }: Pick<BackendChoice, 'engine' | 'entry'>): string {
  return engine ? `Studio's engine, ${engine.command.join(' ')}, with its API at ${engine.url}` : `${entry}`
}

function fileChoice(chosen: Chosen, notes: readonly string[]): BackendChoice {
  const { settings, options } = chosen
  const { entry, args, cwd, env } = options.backend ?? {}
  const isSet = (name: string) => strength(chosen, name) > OPTIONS
  return {
    entry: isSet('STUDIO_BACKEND_ENTRY')
      ? settings.STUDIO_BACKEND_ENTRY
      : (entry ?? settings.STUDIO_BACKEND_ENTRY),
    args: isSet('STUDIO_BACKEND_ARGS')
      ? settings.STUDIO_BACKEND_ARGS
      : (args ?? settings.STUDIO_BACKEND_ARGS),
    cwd: cwd ?? null,
    env: env ?? {},
    engine: null,
    notes: [...notes, ...holdsNothing(settings, 'in a backend of JavaScript')],
  }
}

/** The line that says where `STUDIO_ADMISSION=prevent` does no more than `report`; none where it was not asked for. */
function holdsNothing({ STUDIO_ADMISSION }: Settings, where: string): string[] {
  return STUDIO_ADMISSION === 'prevent'
    ? [
        `STUDIO_ADMISSION=prevent holds no job ${where}: one that is expected not to fit is told of, as with report`,
      ]
    : []
}

function engineChoice(chosen: Chosen, notes: readonly string[]): BackendChoice {
  const { settings, options, engineRunner } = chosen
  /** A setting that is stronger than the option, the option, a weaker setting. */
  const strongest = <T>(name: SettingName, value: T | null, option: T | undefined): T | null =>
    strength(chosen, name) > OPTIONS ? value : (option ?? value)
  const { args = [], env = {} } = options.engine ?? {}
  const asked = options.engine && [...options.engine.command, ...args]
  const { STUDIO_ENGINE_COMMAND, STUDIO_ENGINE_CWD, STUDIO_ENGINE_URL } = settings
  const command = strongest('STUDIO_ENGINE_COMMAND', STUDIO_ENGINE_COMMAND, asked) ?? []
  const url = strongest('STUDIO_ENGINE_URL', STUDIO_ENGINE_URL, options.engine?.url) ?? engineUrl(command)
  const engine = {
    command: [...command],
    cwd: strongest('STUDIO_ENGINE_CWD', STUDIO_ENGINE_CWD, options.engine?.cwd),
    url: url.replace(/\/+$/, ''),
    freesMemory: settings.STUDIO_ENGINE_FREE,
    isProbed: settings.STUDIO_ENGINE_PROBE,
    resubmits: settings.STUDIO_RESUBMIT === 'waiting',
    foresees: settings.STUDIO_ADMISSION !== 'off',
    standsBy: settings.STUDIO_STANDBY && settings.STUDIO_ENGINE_PROBE,
    holds: settings.STUDIO_ADMISSION === 'prevent' && settings.STUDIO_ENGINE_PROBE,
  }
  const unheld = settings.STUDIO_ENGINE_PROBE ? [] : holdsNothing(settings, 'without the probe in the engine')
  return { entry: engineRunner, args: [], cwd: null, env, engine, notes: [...notes, ...unheld] }
}

function strength({ origins }: Chosen, name: string): number {
  return Math.max(0, STRENGTH.indexOf(origins[name] ?? 'default'))
}
