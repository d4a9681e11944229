import type { Consent } from '../../common/privacy/consent'
import { sendGate } from '../../common/privacy/send-gate'
import type { Log } from '../logging/log'
import { keepConsent, readConsent, setConsentAside } from '../records/consent/consent-store'
import { settings } from '../startup/tracer'

/** The interval at which an answer that the disk has not taken is written again, in milliseconds. */
const RETRY_MS = 5_000

/** The answer that counts: who has switched sending off from outside is not asked. */
function effective(consent: Consent): Consent {
  return settings.STUDIO_SEND ? consent : 'denied'
}

/** Has the answer of the app, or of its settings, count in this process alone: no data folder is open. */
export function answerConsent(consent: Consent): void {
  sendGate.answer(effective(consent))
}

/** The answer in one data folder: it counts for what is recorded there, also in later runs. */
export class ConsentKeeper {
  readonly #dataFolder: string
  /** Notes about the folder's file, a line each. */
  readonly notes: readonly string[]
  #log: Pick<Log, 'warn'> | null = null
  #retry: NodeJS.Timeout | null = null
  #isTroubleLogged = false

  /** Opens the folder with that answer, before anything in it may leave. */
  constructor(dataFolder: string, consent: Consent, now = Date.now()) {
    this.#dataFolder = dataFolder
    const { periods, damage } = readConsent(dataFolder, now)
    this.notes = damage === null ? [] : [damage]
    if (damage !== null) setConsentAside(dataFolder, now)
    sendGate.answer(effective(consent), now, periods)
    this.#keep()
  }

  logTo(log: Pick<Log, 'warn'>): void {
    this.#log = log
  }

  answer(consent: Consent): void {
    sendGate.answer(effective(consent))
    this.#keep()
  }

  stop(): void {
    if (this.#retry === null) return
    clearTimeout(this.#retry)
    this.#keep()
    if (this.#retry) clearTimeout(this.#retry)
    this.#retry = null
  }

  #keep(): void {
    this.#retry = null
    const reason = keepConsent(this.#dataFolder, sendGate.consent, sendGate.periods)
    if (reason === null) {
      this.#isTroubleLogged = false
      return
    }
    if (!this.#isTroubleLogged) {
      this.#log?.warn(
        'the answer whether anything may leave cannot be written down: it counts while the app runs, and is written as soon as that works',
        { reason },
      )
    }
    this.#isTroubleLogged = this.#log !== null
    this.#retry = setTimeout(() => this.#keep(), RETRY_MS).unref()
  }
}

/** Why nothing is sent, in words; `null` where something is. */
export function describeSilence(): string | null {
  if (!settings.STUDIO_SEND) return 'nothing is sent: STUDIO_SEND is false'
  switch (sendGate.consent) {
    case 'granted':
      return null
    case 'pending':
      return "nothing is sent before setConsent('granted')"
    case 'denied':
      return 'nothing is sent: consent is denied'
  }
}
