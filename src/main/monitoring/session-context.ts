import type { BackendChoice } from '../backend/choice'
import type { StopTimes } from '../backend/stop-times'
import type { AppLogger } from '../logging/app-logger-shape'
import type { ConsentKeeper } from './consent-keeper'
import type { Announce } from './events'
import type { BeforeRestart } from './restart-hook'

/** A backend that can be started. */
export interface StartableBackend extends BackendChoice {
  readonly entry: string
}

export interface SessionContext {
  readonly backend: StartableBackend
  readonly dataFolder: string
  /** True for Electron's `userData`, false for a folder that the app has named. */
  readonly isOwnFolder: boolean
  /** Why that is not the app's own, `null` when it is. */
  readonly refusal: string | null
  readonly stopTimes: StopTimes
  readonly beforeRestart: BeforeRestart | null
  readonly beforeRestartMs: number
  readonly logger: AppLogger | null
  readonly consent: ConsentKeeper
  readonly announce: Announce
  /** True if somebody listens: lines are not taken apart for nobody. */
  readonly isHeard: (name: 'output') => boolean
}
