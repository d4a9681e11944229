// @ts-check

/** The error when no Electron is available. The message is one line: what was tried, and what to do. */
export class ElectronUnavailable extends Error {
  /** @override */
  name = 'ElectronUnavailable'
}

/**
 * The root cause of an error, in one line: `fetch failed` says nothing, its cause does.
 * @param {unknown} error
 * @returns {string}
 */
export function reasonOf(error) {
  let innermost = error
  while (innermost instanceof Error && innermost.cause instanceof Error) innermost = innermost.cause
  const text = innermost instanceof Error ? innermost.message : String(innermost)
  return text.trim().split('\n')[0] ?? ''
}
