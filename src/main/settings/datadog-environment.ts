import { SETTING_NAMES, SETTINGS, type Settings } from './definitions'
import { INTERNAL_DEFAULTS } from './internal-defaults'
import { find } from './lookup'
import { scalarText } from './parser'
import { shownValue } from './printable'
import type { Problems } from './problems'
import { sendingWay } from './sending-way'
import type { Source, SourceKind } from './sources'
import { isDatadogName } from './unknown-names'

/** The settings' own names, whose values reach dd-trace parsed. */
const OWN_NAMES = new Set<string>(SETTING_NAMES.flatMap((name) => [name, ...SETTINGS[name].aliases]))

/** A `DD_*` name that is not a setting of ours, as dd-trace will see it. */
export interface DatadogValue {
  readonly text: string
  readonly source: SourceKind | 'default'
}

/** The other `DD_*` names: passed on from the sources, or set by the monitor itself. */
export function otherDatadogValues(
  sources: readonly Source[],
  problems: Problems,
): ReadonlyMap<string, DatadogValue> {
  const values = new Map<string, DatadogValue>()
  const names = new Set(sources.flatMap((source) => [...source.values.keys()]))
  for (const name of names) {
    const found = isDatadogName(name) && !OWN_NAMES.has(name) ? find(sources, name) : null
    if (!found) continue
    const text = scalarText(found.raw)
    if (text !== null && !text.includes('\0')) {
      // Unchanged from the environment: only dd-trace knows whether trailing white space matters.
      const exact = typeof found.raw === 'string' ? found.raw : text
      values.set(name, { text: exact, source: found.source.kind })
    } else {
      const shown = shownValue(name, found.raw)
      problems.add(
        () =>
          `${found.source.label}: ${name} is ${shown}; accepted: text, a number, true or false; it is ignored`,
      )
    }
  }
  for (const [name, { value, aliases }] of Object.entries(INTERNAL_DEFAULTS)) {
    const isChosen = [name, ...aliases].some((known) => values.has(known))
    if (!isChosen) values.set(name, { text: value, source: 'default' })
  }
  return values
}

/**
 * The variables to put into `process.env` before dd-trace is required, in both processes. A bad value is
 * overwritten with the default; where that is none, with empty text, which dd-trace takes as not set.
 */
export function datadogEnvironment(
  settings: Settings,
  others: ReadonlyMap<string, DatadogValue>,
  sources: readonly Source[],
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, { text }] of others) environment[name] = text
  for (const name of SETTING_NAMES) {
    if (!isDatadogName(name)) continue
    const value = settings[name]
    if (value !== null) environment[name] = String(value)
    else if (find(sources, name, SETTINGS[name].aliases)) environment[name] = ''
  }
  return sendingWay(settings).kind === 'agent'
    ? { ...environment, DD_AGENTLESS_ENABLED: 'false' }
    : { ...environment, ...WITHOUT_AGENT }
}

/**
 * Its own agentless mode needs a package that is not shipped, makes ids of 64 bits, and never says whether anything was
 * taken: it is ours that sends, and dd-trace need not know. Its metrics of the runtime go to an Agent alone.
 */
const WITHOUT_AGENT = { DD_AGENTLESS_ENABLED: 'false', DD_RUNTIME_METRICS_ENABLED: 'false' }
