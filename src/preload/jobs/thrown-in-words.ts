/** Name and message of any thrown value, of any length. Never throws, whatever `thrown` is. */
export function nameAndMessage(thrown: unknown): { readonly name: string; readonly message: string } {
  try {
    if (!(thrown instanceof Error)) return { name: typeof thrown, message: inWords(thrown) }
    // Of several failed connections Node makes one error with a code and no message.
    const { name, message, code } = thrown as Error & { readonly code?: unknown }
    return { name: inWords(name), message: inWords(message || (code ?? '')) }
  } catch {
    return { name: 'Error', message: 'an error that cannot be read' }
  }
}

/** The stack of any thrown value, of any length; `null` without one. Never throws. */
export function stackOf(thrown: unknown): string | null {
  try {
    return thrown instanceof Error ? inWords(thrown.stack) : null
  } catch {
    return null
  }
}

/** A list or bytes by what they are alone: `String` would put all that they hold into one text. */
function inWords(value: unknown): string {
  const holdsMuch = Array.isArray(value) || ArrayBuffer.isView(value)
  return holdsMuch ? Object.prototype.toString.call(value) : String(value)
}
