import * as v from 'valibot'
import type { BackendOptions } from '../backend/choice'
import type { RestartChange } from '../backend/restart-change'
import { STOP_TIMES, type StopTimes } from '../backend/stop-times'
import { url as urlParser } from '../settings/addresses'
import { shownValue } from '../settings/printable'
import { StartError } from '../startup/start-error'

export interface StudioMonitorOptions extends BackendOptions {
  /** How long each way of ending the backend may take, in milliseconds. */
  readonly stop?: Partial<StopTimes>
  /** The folder for all that the monitor writes, instead of `studio-monitor/` in `userData`; the settings file stays there. */
  readonly dataFolder?: string
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
