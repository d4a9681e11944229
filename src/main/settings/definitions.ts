import { agentAddress, host, url } from './addresses'
import { apiKey, clientToken, site } from './datadog-account'
import { GIB, MIB, memoryLimit } from './memory-size'
import { orNone, type Parser } from './parser'
import {
  boolean,
  booleanOrAuto,
  decimalNumber,
  filePath,
  machineName,
  oneOf,
  stringArray,
  text,
  wholeNumber,
} from './parsers'
import { restartLimit } from './restart-limit'

/** The facts that a default may depend on. Sizes in bytes; `null` for none. */
export interface DefaultsContext {
  readonly appVersion: string
  /** The name of an app that embeds the monitor; `null` for the app of our own. */
  readonly embeddingApp: string | null
  readonly packaged: boolean
  readonly exampleBackend: string | null
  readonly totalMemoryBytes: number
  readonly cgroupLimitBytes: number | null
}

/** One setting: everything that the parser, docs/settings.md and the error lines need to know. */
export interface Setting<T> {
  readonly parser: Parser<T>
  readonly fallback: (context: DefaultsContext) => T
  /** The default in docs/settings.md's words. */
  readonly describeFallback: string
  readonly meaning: string
  /** dd-trace's other names for it: setting ours must not override them. */
  readonly aliases: readonly string[]
}

/** A default that is the same everywhere. */
function row<T>(
  parser: Parser<T>,
  fallback: T,
  meaning: string,
  aliases: readonly string[] = [],
): Setting<T> {
  const describeFallback = fallback === null ? parser.show(fallback) : `\`${parser.show(fallback)}\``
  Object.freeze(fallback)
  return { parser, fallback: () => fallback, describeFallback, meaning, aliases }
}

/** A default that depends on the machine or the app. */
function computed<T>(
  parser: Parser<T>,
  fallback: (context: DefaultsContext) => T,
  describeFallback: string,
  meaning: string,
  aliases: readonly string[] = [],
): Setting<T> {
  return { parser, fallback, describeFallback, meaning, aliases }
}

/** Electron's name for an app without one is not what anybody would look for in Datadog. */
function serviceOf({ embeddingApp }: DefaultsContext): string {
  const parsed = text.parse(embeddingApp, '')
  return parsed.ok && parsed.value !== 'Electron' ? parsed.value : 'hanzo-studio-inference'
}

const DEFAULT_MEMORY_LIMIT = 64 * GIB
/**
 * Smallest memory limit, about what an Electron utility process takes before a backend is loaded: a lower one
 * would stop every backend.
 */
const MIN_MEMORY_LIMIT = 64 * MIB
const MIN_HEAP_LIMIT = 32 * MIB
/** Largest V8 heap that pointer compression allows in Electron; V8 would silently reduce a higher limit. */
const MAX_HEAP_LIMIT = 4 * GIB

/** `64GiB`, or 90 % of the memory of the machine or its cgroup, in whole MiB. */
function memoryLimitFor({ totalMemoryBytes, cgroupLimitBytes }: DefaultsContext): number {
  const available = Math.min(totalMemoryBytes, cgroupLimitBytes ?? totalMemoryBytes)
  const share = Math.floor((available * 0.9) / MIB) * MIB
  return Math.max(MIN_MEMORY_LIMIT, Math.min(DEFAULT_MEMORY_LIMIT, share))
}

/** Every setting of the monitor, in docs/settings.md's order. */
export const SETTINGS = {
  DD_ENV: row(text, 'production', 'environment in Datadog'),
  DD_SERVICE: computed(
    text,
    serviceOf,
    "`hanzo-studio-inference`; an embedding app's own name",
    'service in Datadog, of all processes; the tag `studio.process:main`, `backend` or `engine` tells them apart',
    ['DD_SERVICE_NAME'],
  ),
  DD_VERSION: computed(text, (app) => app.appVersion, "the app's version", 'version in Datadog'),
  DD_AGENT_HOST: row(host, 'localhost', 'where the Datadog Agent listens', ['DD_TRACE_AGENT_HOSTNAME']),
  DD_TRACE_AGENT_PORT: row(wholeNumber(1, 65_535), 8126, "the Agent's port"),
  DD_TRACE_AGENT_URL: row(agentAddress, null, 'the whole address of the Agent, instead of host and port', [
    'DD_TRACE_URL',
  ]),
  DD_AGENTLESS_ENABLED: row(
    boolean,
    false,
    'with `DD_API_KEY`: straight to Datadog, without an Agent; for machines that a company manages',
  ),
  DD_API_KEY: row(apiKey, null, "an organisation's key; never in what users install"),
  DD_CLIENT_TOKEN: row(
    clientToken,
    null,
    'straight to Datadog, without an Agent: incidents, failed jobs and spans; may be shipped in an app',
  ),
  DD_SITE: row(site, 'datadoghq.com', "the organisation's site, where there is no Agent to know it"),
  DD_INTAKE_PROXY: row(
    url(['http', 'https']),
    null,
    'a server of your own that forwards to Datadog what `ddforward` says, so that no token is shipped',
  ),
  DD_TRACE_SAMPLE_RATE: row(decimalNumber(0, 1), 1, 'share of the traces that is kept'),
  DD_LOGS_INJECTION: row(boolean, true, 'trace and span ids in log lines'),
  DD_PROFILING_ENABLED: row(booleanOrAuto, true, 'CPU and heap profiles of the backend', [
    'DD_EXPERIMENTAL_PROFILING_ENABLED',
  ]),
  DD_PROFILING_UPLOAD_PERIOD: row(wholeNumber(1, 3_600, 'seconds'), 65, 'how often profiles are uploaded'),
  DD_RUNTIME_METRICS_ENABLED: row(
    boolean,
    true,
    'processor, heap and garbage collection of both processes as metrics',
  ),
  STUDIO_BACKEND_ENTRY: computed(
    filePath('a JavaScript file'),
    (app) => (app.packaged ? null : app.exampleBackend),
    'the example backend in development; none when packaged',
    'JavaScript file to run in the utility process',
  ),
  STUDIO_BACKEND_ARGS: row(stringArray('["--port", "8188"]'), [], "the backend's arguments"),
  STUDIO_BACKEND_OVERRIDE: row(
    boolean,
    false,
    "in the installer's file or the app's own settings: environment and user may choose what a packaged app runs",
  ),
  STUDIO_MEMORY_LIMIT: computed(
    memoryLimit(MIN_MEMORY_LIMIT, Number.MAX_SAFE_INTEGER, 'off'),
    memoryLimitFor,
    "`64GiB`, or 90 % of the machine's (or its cgroup's) memory if that is less",
    "resident memory of the backend's whole process tree",
  ),
  STUDIO_HEAP_LIMIT: row(
    memoryLimit(MIN_HEAP_LIMIT, MAX_HEAP_LIMIT, "V8's own"),
    null,
    'V8 heap of the backend',
  ),
  STUDIO_RESTART: row(
    oneOf(['on-failure', 'oom', 'never']),
    'on-failure',
    'which deaths of the backend are followed by a restart',
  ),
  STUDIO_RESTART_LIMIT: row(
    restartLimit,
    { deaths: 5, windowMs: 600_000 },
    'deaths in a window before giving up',
  ),
  STUDIO_RESUBMIT: row(
    oneOf(['waiting', 'off']),
    'waiting',
    "the engine's jobs that had not begun when it died: submitted again to the next one",
  ),
  STUDIO_ADMISSION: row(
    oneOf(['report', 'prevent', 'off']),
    'report',
    'a job of the engine that is expected not to fit into the memory that is free: it is told, or room is made first',
  ),
  STUDIO_STANDBY: row(
    boolean,
    false,
    'a spare process waits to run the backend after its next death, or restart; it takes memory',
  ),
  STUDIO_JOBS_KEEP: row(wholeNumber(1, 10_000), 1_000, 'failed-job records kept'),
  STUDIO_UNRESPONSIVE: row(
    oneOf(['report', 'restart']),
    'report',
    'what follows when the backend stops responding',
  ),
  STUDIO_MACHINE: row(
    orNone(machineName),
    null,
    'the name that tells this machine apart in Datadog, the tag `studio.machine`; else a random id of the installation',
  ),
  STUDIO_SEND: row(
    boolean,
    true,
    'whether anything leaves the machine; what is recorded meanwhile never does',
  ),
  STUDIO_LOGS: row(
    oneOf(['local', 'send']),
    'local',
    "whether the monitor's lines and a backend's last words go to Datadog's logs too",
  ),
  STUDIO_ENGINE_COMMAND: row(
    orNone(stringArray('["python3", "main.py", "--port", "8188"]', 1)),
    null,
    "Studio's Python engine as the backend: the program and its arguments",
  ),
  STUDIO_ENGINE_CWD: row(filePath('a folder'), null, 'the folder the engine runs in'),
  STUDIO_ENGINE_URL: row(url(['http', 'https']), null, "the engine's API; else found out from its command"),
  STUDIO_ENGINE_FREE: row(boolean, false, 'ask the engine to unload models when memory is short'),
  STUDIO_ENGINE_PROBE: row(
    boolean,
    true,
    'a probe inside the engine says what it does; else its API is asked',
  ),
} as const

export type SettingName = keyof typeof SETTINGS

type ValueOf<S> = S extends Setting<infer T> ? T : never

/** The parsed settings: frozen, complete, `null` for none. Sizes in bytes, times as the name says. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> }

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[]
