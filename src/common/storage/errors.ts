/** The system's code of an error (`ENOSPC`), `null` for any other error. */
export function errorCode(error: unknown): string | null {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : null
}

/** The error in one line, for a log. Node gives one that several addresses have caused a code alone. */
export function errorMessage(error: unknown): string {
  const text = error instanceof Error ? error.message || (errorCode(error) ?? error.name) : String(error)
  return text.split('\n', 1).join()
}

/** True if the disk, or the user's quota on it, is full. */
export function isDiskFull(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}
