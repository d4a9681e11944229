import type { Consent } from '../../../common/privacy/consent'
import { REDACTED } from '../../../common/privacy/found'
import { isSecretName } from '../../../common/privacy/secret-names'
import { CONSENT_VARIABLE } from '../../../common/privacy/send-gate'
import { SPANS_TO_VARIABLE } from '../../../common/tracing/tracer'
import type { SendingWay } from '../../settings/sending-way'

type Environment = Readonly<Record<string, string | undefined>>

/** The proxy's address may have a password in it. */
const PROXY = 'DD_INTAKE_PROXY'
const DATADOGS = /^(?:DD|DATADOG)_/i

/** Shorter ones would blank parts of ordinary words. */
const MIN_SECRET_LENGTH = 8

/** The values that are kept from the backend. */
export function keptSecrets(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, value = '']) =>
    isKept(name) && value.length >= MIN_SECRET_LENGTH ? [value] : [],
  )
}

/** The backend's environment: the app's, without what lets in at Datadog, and with where the spans go, and whether they may. */
export function backendEnvironment(
  env: Environment,
  { kind }: SendingWay,
  consent: Consent = 'granted',
): Environment {
  const secrets = keptSecrets(env)
  const kept = Object.entries(env).flatMap(([name, value]) => {
    if (isKept(name)) return []
    // A tag, for instance, that has the key in it.
    return [[name, name.startsWith('DD_') ? blanked(value, secrets) : value] as const]
  })
  return {
    ...Object.fromEntries(kept),
    ...(kind === 'agent' ? {} : { [SPANS_TO_VARIABLE]: 'tap' }),
    ...(consent === 'granted' ? {} : { [CONSENT_VARIABLE]: consent }),
  }
}

/**
 * Main alone sends to Datadog: the backend, the engine, and the nodes of strangers in it have no use for what lets in
 * there.
 */
const isKept = (name: string) => name.toUpperCase() === PROXY || (DATADOGS.test(name) && isSecretName(name))

function blanked(value: string | undefined, secrets: readonly string[]): string | undefined {
  return secrets.reduce((text, secret) => text?.replaceAll(secret, REDACTED), value)
}
