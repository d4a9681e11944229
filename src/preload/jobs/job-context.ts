import { MAX_NAME_LENGTH } from '../../common/protocol/lengths'

/** A job as described by a backend's own object. */
export interface JobContext {
  readonly context: object
  readonly id: string
  readonly name: string | null
  readonly kind: string | null
}

/** @returns `null` for anything that is not an object with an id */
export function readJob(context: unknown): JobContext | null {
  if (typeof context !== 'object' || context === null) return null
  const id = readField(context, 'id')
  const usable = (typeof id === 'string' && id !== '') || (typeof id === 'number' && Number.isFinite(id))
  if (!usable) return null
  return { context, id: cut(String(id)), name: readName(context, 'name'), kind: readName(context, 'kind') }
}

/**
 * True if Node can write `result` or `error` into the context: if it has them already, or accepts none, the
 * job never seems to end.
 */
export function canShowItsEnd(context: object): boolean {
  try {
    return Object.isExtensible(context) && !('result' in context) && !('error' in context)
  } catch {
    return false
  }
}

/** @returns 0 to 1; `null` if the context has none */
export function readProgress(context: object): number | null {
  const value = readField(context, 'progress')
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : null
}

/** Reads a field of the context, which is the backend's object: that may run its code, which may throw. */
export function readField(context: object, field: string): unknown {
  try {
    return (context as Record<string, unknown>)[field]
  } catch {
    return undefined
  }
}

export function hasField(context: object, field: string): boolean {
  try {
    return field in context
  } catch {
    return false
  }
}

function readName(context: object, field: string): string | null {
  const value = readField(context, field)
  return typeof value === 'string' ? cut(value) : null
}

const cut = (value: string) => value.slice(0, MAX_NAME_LENGTH)
