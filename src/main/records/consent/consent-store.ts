import * as v from 'valibot'
import { CONSENTS, type Consent, type ConsentPeriod } from '../../../common/privacy/consent'
import { writeFileAtomic } from '../../../common/storage/atomic-file'
import { dataPaths } from '../../../common/storage/data-folder'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { ForeignFile, readRegularFile } from '../../../common/storage/regular-file'
import { finite } from '../../../common/storage/schema'
import { isThere, setAside } from '../../../common/storage/set-aside'

/** A hundred periods take some 7 KB. */
const MAX_BYTES = 64 * 1024

const time = v.pipe(finite, v.minValue(0), v.maxValue(8.64e15))
const ConsentFileSchema = v.object({
  schema: v.literal(1),
  /** The last answer. */
  consent: v.picklist(CONSENTS),
  /** Milliseconds since the epoch. */
  periods: v.pipe(
    v.array(
      v.object({
        state: v.picklist(['pending', 'denied']),
        from: time,
        to: v.nullable(time),
      }),
    ),
    v.maxLength(1_000),
  ),
})

export interface StoredConsent {
  /** The answer that the last run ended with; `null` where none has ever been kept. */
  readonly consent: Consent | null
  readonly periods: readonly ConsentPeriod[]
  /** Why the file could not be read, in a line; `null` where it could, and where there is none. */
  readonly damage: string | null
}

/**
 * Reads when nothing was to leave, and changes nothing on disk. Where that cannot be known, all until now counts as denied:
 * what leaves cannot be taken back. Never throws.
 * @param now milliseconds since the epoch
 */
export function readConsent(dataFolder: string, now: number): StoredConsent {
  try {
    const json: unknown = JSON.parse(readRegularFile(dataPaths(dataFolder).consent, MAX_BYTES).toString())
    const { consent, periods } = v.parse(ConsentFileSchema, json)
    return { consent, periods, damage: null }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { consent: null, periods: [], damage: null }
    const why = error instanceof v.ValiError || error instanceof SyntaxError || error instanceof ForeignFile
    return {
      consent: null,
      periods: [{ state: 'denied', from: 0, to: now }],
      damage: `consent.json ${why ? 'was damaged' : 'cannot be read'} (${errorMessage(error)}): nothing that was recorded before ${new Date(now).toISOString()} is sent`,
    }
  }
}

/** Sets a file aside that could not be read. Never throws: it is then replaced. */
export function setConsentAside(dataFolder: string, now: number): void {
  const { consent: file } = dataPaths(dataFolder)
  try {
    if (isThere(file)) setAside(file, now)
  } catch {
    // The folder is read-only, which others tell of.
  }
}

/**
 * Writes the answer down. Where all was always granted there is no file.
 * @returns why the disk has not taken it; `null` when it has
 */
export function keepConsent(
  dataFolder: string,
  consent: Consent,
  periods: readonly ConsentPeriod[],
): string | null {
  const { consent: file } = dataPaths(dataFolder)
  try {
    if (consent === 'granted' && periods.length === 0 && !isThere(file)) return null
    writeFileAtomic(file, `${JSON.stringify({ schema: 1, consent, periods })}\n`)
    return null
  } catch (error) {
    return errorMessage(error)
  }
}
