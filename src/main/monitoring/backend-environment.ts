import { SPANS_TO_VARIABLE } from '../../common/tracing/tracer'
import type { SendingWay } from '../settings/sending-way'

type Environment = Readonly<Record<string, string | undefined>>

/** Main alone sends to Datadog: the backend, the engine, and the nodes of strangers in it have no use for these. */
const KEPT_FROM_BACKEND = ['DD_API_KEY', 'DATADOG_API_KEY', 'DD_CLIENT_TOKEN', 'DD_INTAKE_PROXY']

/** The backend's environment: the app's, without what lets in at Datadog, and with where the spans go. */
export function backendEnvironment(env: Environment, { kind }: SendingWay): Environment {
  const kept = Object.entries(env).filter(([name]) => !KEPT_FROM_BACKEND.includes(name.toUpperCase()))
  return { ...Object.fromEntries(kept), ...(kind === 'agent' ? {} : { [SPANS_TO_VARIABLE]: 'tap' }) }
}
