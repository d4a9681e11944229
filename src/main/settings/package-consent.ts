import { CONSENTS, type Consent } from '../../common/privacy/consent'
import { inWords } from './parser'
import { shownValue } from './printable'
import type { Problems } from './problems'
import type { Source } from './sources'

/** The key beside the settings in the app's package.json: it is read before the app can say anything in code. */
export const CONSENT_KEY = 'consent'

/** The answer that the app's package.json gives; `null` where it gives none. What cannot be read counts as not answered yet. */
export function packageConsent(sources: readonly Source[], problems: Problems): Consent | null {
  const source = sources.find(({ kind }) => kind === 'package')
  const given = source?.values.get(CONSENT_KEY)
  if (!source || given === undefined) return null
  const consent = CONSENTS.find((one) => one === given)
  if (consent !== undefined) return consent
  problems.add(
    () =>
      `${source.label}: ${CONSENT_KEY} is ${shownValue(CONSENT_KEY, given)}; accepted: ${inWords(CONSENTS)}; nothing is sent before setConsent('granted')`,
  )
  return 'pending'
}
