/**
 * A process that starts needs main's thread, and waits for it where that is busy (measured on Electron 33: 20 ms of work
 * right after a fork are 20 ms until the backend runs). What can wait does, for so many milliseconds: a start takes 200.
 */
export const STARTUP_DEFERRAL_MS = 1_000
