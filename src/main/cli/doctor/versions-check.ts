import { type Finding, ok, problem, warning } from './check'
import { electronSupport } from './electron-support'

/** The oldest Electron that a backend can run in: it needs `utilityProcess` with the `error` event. */
const OLDEST_ELECTRON = 33

export interface Versions {
  readonly app: string
  readonly electron: string
  readonly node: string
  readonly v8: string
  readonly chrome: string
  /** dd-trace's version; `null` if it is missing. */
  readonly tracer: string | null
  /** Platform, release and architecture. */
  readonly os: string
}

/** @param now milliseconds since the epoch */
export function checkVersions(
  { app, electron, node, v8, chrome, tracer, os }: Versions,
  now: number,
): Finding {
  const summary = `Studio ${app}, Electron ${electron}, Node ${node}, dd-trace ${tracer ?? 'not found'}`
  const { state, told, source } = electronSupport(electron, now)
  const details = [`Chromium ${chrome}, V8 ${v8}, ${os}`, told]
  if (Number.parseInt(electron, 10) < OLDEST_ELECTRON)
    return problem(summary, `use Electron ${OLDEST_ELECTRON} or newer`, details)
  return state === 'ended'
    ? warning(summary, `use an Electron with security support: ${source}`, details)
    : ok(summary, details)
}
