import { scrubbedTo } from '../../common/privacy/scrubber'
import {
  type ErrorSummary,
  MAX_MESSAGE_LENGTH,
  MAX_NAME_LENGTH,
  MAX_STACK_LENGTH,
} from '../../common/protocol/messages'

/** Name and message of any thrown value, cut to what a record keeps. Never throws, whatever `thrown` is. */
export function summariseError(thrown: unknown): ErrorSummary {
  try {
    const { name, message } =
      thrown instanceof Error ? readError(thrown) : { name: typeof thrown, message: thrown }
    return {
      name: inWords(name).slice(0, MAX_NAME_LENGTH),
      message: scrubbedTo(MAX_MESSAGE_LENGTH, inWords(message)),
    }
  } catch {
    return { name: 'Error', message: 'an error that cannot be read' }
  }
}

/** The stack of any thrown value, cut to what a record keeps; `null` without one. Never throws. */
export function summariseStack(thrown: unknown): string | null {
  const stack = readStack(thrown)
  return stack === undefined ? null : scrubbedTo(MAX_STACK_LENGTH, stack)
}

/** The error that dd-trace makes tags of: with the stack, and an Error for every `thrown`, safe to read. */
export function tracedError(thrown: unknown): Error {
  const { name, message } = summariseError(thrown)
  const error = new Error(message)
  return Object.assign(error, { name, stack: readStack(thrown) })
}

/** Reads name and message. Of several failed connections Node makes one error with a code and no message. */
function readError(error: Error & { readonly code?: unknown }): { name: unknown; message: unknown } {
  return { name: error.name, message: error.message || (error.code ?? '') }
}

/** A list or bytes by what they are alone: `String` would put all that they hold into one text. */
function inWords(value: unknown): string {
  const holdsMuch = Array.isArray(value) || ArrayBuffer.isView(value)
  return holdsMuch ? Object.prototype.toString.call(value) : String(value)
}

function readStack(thrown: unknown): string | undefined {
  try {
    return thrown instanceof Error ? inWords(thrown.stack) : undefined
  } catch {
    return undefined
  }
}
