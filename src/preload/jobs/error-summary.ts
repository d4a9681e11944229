import { scrubbedTo } from '../../common/privacy/scrubber'
import {
  type ErrorSummary,
  MAX_MESSAGE_LENGTH,
  MAX_NAME_LENGTH,
  MAX_STACK_LENGTH,
} from '../../common/protocol/messages'
import { nameAndMessage, stackOf } from './thrown-in-words'

/** Name and message of any thrown value, cut to what a record keeps. Never throws, whatever `thrown` is. */
export function summariseError(thrown: unknown): ErrorSummary {
  const { name, message } = nameAndMessage(thrown)
  return { name: name.slice(0, MAX_NAME_LENGTH), message: scrubbedTo(MAX_MESSAGE_LENGTH, message) }
}

/** The stack of any thrown value, cut to what a record keeps; `null` without one. Never throws. */
export function summariseStack(thrown: unknown): string | null {
  const stack = stackOf(thrown)
  return stack === null ? null : scrubbedTo(MAX_STACK_LENGTH, stack)
}

/** The error that dd-trace makes tags of: with the stack, and an Error for every `thrown`, safe to read. */
export function tracedError(thrown: unknown): Error {
  const { name, message } = summariseError(thrown)
  const error = new Error(message)
  return Object.assign(error, { name, stack: stackOf(thrown) ?? undefined })
}
