import { type ErrorSummary, MAX_MESSAGE_LENGTH, MAX_NAME_LENGTH } from '../protocol'

/** Name and message of whatever was thrown, cut to what a record keeps. Never throws, whatever `thrown` is. */
export function summariseError(thrown: unknown): ErrorSummary {
  try {
    const { name, message } =
      thrown instanceof Error ? thrown : { name: typeof thrown, message: String(thrown) }
    return {
      name: String(name).slice(0, MAX_NAME_LENGTH),
      message: String(message).slice(0, MAX_MESSAGE_LENGTH),
    }
  } catch {
    return { name: 'Error', message: 'an error that cannot be read' }
  }
}
