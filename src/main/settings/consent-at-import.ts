import type { Consent } from '../../common/privacy/consent'

/**
 * The answer before the app has said anything in code. Until then nothing leaves: an app may say in `startStudioMonitor`
 * alone that it asks its user.
 * @param embeds false for the app of our own, which says nothing
 */
export function consentAtImport(sends: boolean, embeds: boolean, inPackage: Consent | null): Consent {
  if (!sends) return 'denied'
  return inPackage ?? (embeds ? 'pending' : 'granted')
}
