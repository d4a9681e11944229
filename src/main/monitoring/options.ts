import * as v from 'valibot'
import { CONSENTS, type Consent } from '../../common/privacy/consent'
import type { BackendOptions } from '../backend/choice'
import type { RestartChange } from '../backend/restart-change'
import { STOP_TIMES, type StopTimes } from '../backend/stop-times'
import type { AppLogger } from '../logging/app-logger-shape'
import { url as urlParser } from '../settings/addresses'
import type { GivenSettings } from '../settings/given-settings'
import { inWords } from '../settings/parser'
import { shownValue } from '../settings/printable'
import { StartError } from '../startup/start-error'
import type { BeforeRestart } from './restart-hook'

export interface StudioMonitorOptions extends BackendOptions {
  /**
   * Settings by name, for those that are not set by a person or the installer. Only those that dd-trace does not read
   * when it is loaded: for the others there is `studioMonitor` in the app's package.json.
   */
  readonly settings?: GivenSettings
  /** How long each way of ending the backend may take, in milliseconds. */
  readonly stop?: Partial<StopTimes>
  /** The folder for all that the monitor writes, instead of `studio-monitor/` in `userData`; the settings file stays there. */
  readonly dataFolder?: string
  /** Called with the incident before a backend that died is started again; `false` leaves it stopped. */
  readonly beforeRestart?: BeforeRestart
  /** How long `beforeRestart` may take, in milliseconds; 30,000 if not given. */
  readonly beforeRestartMs?: number
  /**
   * The user's answer, whether anything may leave the machine; granted where nothing is given. Nothing leaves while it is
   * `pending`; what is recorded while it is `denied` never does. `setConsent` changes it.
   */
  readonly consent?: Consent
  /** Takes the monitor's own lines instead of stderr: electron-log, pino, `console`. */
  readonly logger?: AppLogger
}

/** A stop that takes longer than this is none, in milliseconds. */
const MAX_STOP_MS = 600_000

const words = <Schema extends v.GenericSchema>(schema: Schema, accepted: string) =>
  v.message(schema, accepted)
const noNul = (text: string) => !text.includes('\0')
const text = words(v.pipe(v.string(), v.nonEmpty(), v.check(noNul)), 'text that is not empty')
const texts = words(v.array(v.pipe(v.string(), v.check(noNul))), 'an array of strings')
const command = words(
  v.pipe(
    v.array(v.pipe(v.string(), v.check(noNul))),
    v.minLength(1),
    v.check(([program]) => program !== ''),
  ),
  'an array of strings, the program first',
)
const env = words(
  v.record(
    v.pipe(
      v.string(),
      v.check((name) => /^[^=\0]+$/.test(name)),
    ),
    v.union([v.pipe(v.string(), v.check(noNul)), v.undefined()]),
  ),
  'an object of strings; undefined takes a variable away',
)
const httpUrl = urlParser(['http', 'https'])
const url = words(
  v.pipe(
    v.string(),
    v.check((value) => httpUrl.parse(value, '').ok),
  ),
  httpUrl.accepted,
)
const ms = words(
  v.pipe(v.number(), v.minValue(0), v.maxValue(MAX_STOP_MS)),
  `milliseconds from 0 to ${MAX_STOP_MS}`,
)

const consent = words(v.picklist(CONSENTS), inWords(CONSENTS))

const OptionsSchema = words(
  v.object({
    backend: v.optional(
      words(
        v.object({
          entry: v.optional(text),
          args: v.optional(texts),
          cwd: v.optional(text),
          env: v.optional(env),
        }),
        'an object: { entry, args, cwd, env }',
      ),
    ),
    engine: v.optional(
      words(
        v.object({
          command,
          args: v.optional(texts),
          cwd: v.optional(text),
          url: v.optional(url),
          env: v.optional(env),
        }),
        'an object: { command, args, cwd, url, env }',
      ),
    ),
    stop: v.optional(
      words(
        v.object({ askMs: v.optional(ms), terminateMs: v.optional(ms), killMs: v.optional(ms) }),
        'an object: { askMs, terminateMs, killMs }',
      ),
    ),
    dataFolder: v.optional(text),
    beforeRestart: v.optional(words(v.function(), 'a function')),
    beforeRestartMs: v.optional(ms),
    consent: v.optional(consent),
    logger: v.optional(
      words(
        v.looseObject({ info: v.function(), warn: v.function(), error: v.function() }),
        'a logger with info, warn and error',
      ),
    ),
  }),
  'an object',
)

const ChangeSchema = words(
  v.object({
    entry: v.optional(text),
    command: v.optional(command),
    args: v.optional(texts),
    cwd: v.optional(text),
    env: v.optional(env),
    url: v.optional(url),
  }),
  'an object: { entry, command, args, cwd, env, url }',
)

/** @throws {StartError} which names the first option that cannot be used, its value and what is accepted */
export function checkOptions(options: StudioMonitorOptions): StudioMonitorOptions {
  check('startStudioMonitor', OptionsSchema, options)
  return options
}

/** @throws {StartError} which names the first one that cannot be used, its value and what is accepted */
export function checkChange(change: RestartChange): RestartChange {
  check('restart', ChangeSchema, change)
  return change
}

/** @throws {StartError} which says what is accepted */
export function checkConsent(given: Consent): Consent {
  if (v.is(consent, given)) return given
  throw StartError.badArgument('setConsent: its argument', shownValue('', given), inWords(CONSENTS))
}

export function stopTimesOf({ stop }: StudioMonitorOptions): StopTimes {
  const {
    askMs = STOP_TIMES.askMs,
    terminateMs = STOP_TIMES.terminateMs,
    killMs = STOP_TIMES.killMs,
  } = stop ?? {}
  return { askMs, terminateMs, killMs }
}

function check(where: string, schema: v.GenericSchema, value: unknown): void {
  const result = v.safeParse(schema, value)
  if (result.success) return
  const [issue] = result.issues
  const name = issue?.path?.map(({ key }) => String(key)).join('.')
  throw StartError.badOption(
    `${where}: ${name || 'its argument'}`,
    shownValue(name ?? '', issue?.input),
    issue?.message ?? 'what docs/api.md says',
  )
}
