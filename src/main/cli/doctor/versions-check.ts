import { type Finding, ok, problem } from './check'

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

export function checkVersions({ app, electron, node, v8, chrome, tracer, os }: Versions): Finding {
  const summary = `Studio ${app}, Electron ${electron}, Node ${node}, dd-trace ${tracer ?? 'not found'}`
  const details = [`Chromium ${chrome}, V8 ${v8}, ${os}`]
  return Number.parseInt(electron, 10) < OLDEST_ELECTRON
    ? problem(summary, `use Electron ${OLDEST_ELECTRON} or newer`, details)
    : ok(summary, details)
}
