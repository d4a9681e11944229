import type { Incident } from '../records/incidents/incident'

/** Called before a backend that died is started again, which waits for it; `false` leaves it stopped. */
export type BeforeRestart = (incident: Incident) => unknown

/** An app that asks its user, or downloads something, may take this long; then the backend is started. In milliseconds. */
export const BEFORE_RESTART_MS = 30_000
