import { scrub } from '../../../common/privacy/scrubber'
import { appTags } from '../../../common/tracing/app-tags'
import type { Incident } from '../../records/incidents/incident'
import type { Identity } from '../spans/wire-span'

/** Datadog's `source`, which tells it apart from other logs of the service. */
const SOURCE = 'studio-datadog-monitor'
/** Datadog cuts a log at 1 MB. */
const MAX_MESSAGE_LENGTH = 100_000

/** One log as `/api/v2/logs` takes it (Datadog's API, `HTTPLogItem`). No host is named. */
export interface LogEvent {
  readonly message: string
  readonly status: string
  /** ISO 8601. */
  readonly timestamp: string
  readonly ddsource: string
  readonly ddtags: string
  readonly service: string
  /** The span that was active; its names are Datadog's. */
  readonly dd?: unknown
  readonly studio?: Readonly<Record<string, unknown>>
}

/** One line of the monitor's own log, which is scrubbed; `null` for what is none, and for the finest level. */
export function eventOfLine(line: string, identity: Identity): LogEvent | null {
  const parsed: unknown = attempt(() => JSON.parse(line))
  if (typeof parsed !== 'object' || parsed === null) return null
  const { time, level, message, dd, ...fields } = parsed as Readonly<Record<string, unknown>>
  if (level === 'debug') return null
  return {
    ...head(identity, 'main'),
    message: String(message).slice(0, MAX_MESSAGE_LENGTH),
    status: String(level),
    timestamp: String(time),
    ...(dd === undefined ? {} : { dd }),
    ...(Object.keys(fields).length === 0 ? {} : { studio: fields }),
  }
}

/** The last lines that a backend wrote before it died, as the incident has them; `null` when there were none. */
export function eventOfDeath(
  { id, at, cause, oom, lastWords }: Pick<Incident, 'id' | 'at' | 'cause' | 'oom' | 'lastWords'>,
  identity: Identity,
): LogEvent | null {
  const message = scrub(lastWords.join('\n')).slice(-MAX_MESSAGE_LENGTH)
  if (message === '') return null
  return {
    ...head(identity, 'backend'),
    message,
    status: 'error',
    timestamp: at,
    studio: { incident: { id, cause, oom } },
  }
}

function head({ service, env, version, tags }: Identity, process: string) {
  const own = { ...tags, ...appTags.current, env, version, 'studio.process': process }
  // Tags are separated by commas.
  const ddtags = Object.entries(own).map(([name, value]) => `${name}:${value.replaceAll(',', '_')}`)
  return { ddsource: SOURCE, ddtags: ddtags.join(','), service }
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
