/** Interval of the backend's heartbeats, sent from its event loop, in milliseconds. */
export const HEARTBEAT_INTERVAL_MS = 5_000
/**
 * Time without a heartbeat, three missed in a row, after which the backend is unresponsive, in milliseconds.
 */
export const UNRESPONSIVE_AFTER_MS = 3 * HEARTBEAT_INTERVAL_MS
