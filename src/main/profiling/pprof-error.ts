/**
 * The error for a file that is not a pprof, or damaged. The message is half a sentence:
 * `its gzip data is cut off`.
 */
export class PprofError extends Error {}

const ENOUGH = 120

/** @param what half a sentence; text from the file itself is cut */
export function damaged(what: string): PprofError {
  return new PprofError(
    `not a pprof profile, or damaged: ${what.length > ENOUGH ? `${what.slice(0, ENOUGH)}…` : what}`,
  )
}

export function tooMuch(limit: number, of: string): PprofError {
  return new PprofError(`it has more than ${limit} ${of}, which is not read`)
}
