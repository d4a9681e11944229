import { MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH, MAX_STACK_LENGTH } from '../../../common/protocol/lengths'
import { nameAndMessage, stackOf } from '../thrown-in-words'
import type { Thrown } from './messages'

/** Any thrown value as text, cut to somewhat more than what a record keeps. Never throws, whatever `thrown` is. */
export function describeThrown(thrown: unknown): Thrown {
  const { name, message } = nameAndMessage(thrown)
  return {
    name: name.slice(0, 2 * MAX_NAME_LENGTH),
    message: message.slice(0, 2 * MAX_MESSAGE_LENGTH),
    stack: stackOf(thrown)?.slice(0, 2 * MAX_STACK_LENGTH) ?? null,
  }
}

/** An error again, whose stack is that of the other thread. */
export function thrownAgain({ name, message, stack }: Thrown): Error {
  return Object.assign(new Error(message), { name, stack: stack ?? undefined })
}
