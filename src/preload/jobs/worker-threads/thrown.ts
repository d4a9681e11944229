import { MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH, MAX_STACK_LENGTH } from '../../../common/protocol/lengths'
import type { Thrown } from './messages'

/** Any thrown value as text, cut to somewhat more than what a record keeps. Never throws, whatever `thrown` is. */
export function describeThrown(thrown: unknown): Thrown {
  try {
    if (!(thrown instanceof Error)) return { ...cut(typeof thrown, text(thrown)), stack: null }
    const { name, message, stack } = thrown
    const { code = '' } = thrown as { code?: unknown }
    return {
      ...cut(text(name), text(message || code)),
      stack: text(stack ?? '').slice(0, 2 * MAX_STACK_LENGTH),
    }
  } catch {
    return { name: 'Error', message: 'an error that cannot be read', stack: null }
  }
}

/** An error again, whose stack is that of the other thread. */
export function thrownAgain({ name, message, stack }: Thrown): Error {
  return Object.assign(new Error(message), { name, stack: stack ?? undefined })
}

function cut(name: string, message: string) {
  return { name: name.slice(0, 2 * MAX_NAME_LENGTH), message: message.slice(0, 2 * MAX_MESSAGE_LENGTH) }
}

/** A list or bytes by what they are alone: `String` would put all that they hold into one text. */
function text(value: unknown): string {
  const holdsMuch = Array.isArray(value) || ArrayBuffer.isView(value)
  return holdsMuch ? Object.prototype.toString.call(value) : String(value)
}
