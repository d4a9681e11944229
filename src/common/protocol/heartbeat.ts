/** How often the backend says that its event loop turns, in milliseconds. */
export const HEARTBEAT_INTERVAL_MS = 5_000
/** Three heartbeats in a row did not come: the backend does not respond. In milliseconds. */
export const UNRESPONSIVE_AFTER_MS = 3 * HEARTBEAT_INTERVAL_MS
