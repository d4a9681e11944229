/**
 * Time by which work that can wait is deferred at the start, in milliseconds: a new process needs main's
 * thread, and waits while that is busy (measured on Electron 33: 20 ms of work right after a fork delay the
 * backend by 20 ms). A start takes 200.
 */
export const STARTUP_DEFERRAL_MS = 1_000
