import { REDACTED } from './found'
import { nameWeight } from './secret-names'
import { isNothing } from './secret-values'

/** Deepest level of fields that is read; what lies below is left out. */
const MAX_DEPTH = 20

/**
 * Scrubs parsed data: every text in it, its names too, and whatever stands under the name of a secret.
 * @param scrub makes one text safe
 */
export function scrubFields(value: unknown, scrub: (text: string) => string): unknown {
  return scrubDeep(value, scrub, false, 0)
}

function scrubDeep(
  value: unknown,
  scrub: (text: string) => string,
  isSecret: boolean,
  depth: number,
): unknown {
  if (typeof value === 'string') return isSecret && !isNothing(value) ? REDACTED : scrub(value)
  if (typeof value === 'number') return isSecret && Math.abs(value) >= 1_000 ? REDACTED : value
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '…'
  if (Array.isArray(value)) return value.map((item) => scrubDeep(item, scrub, isSecret, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      scrub(name),
      scrubDeep(item, scrub, isSecret || isNameOfSecret(name, item), depth + 1),
    ]),
  )
}

function isNameOfSecret(name: string, value: unknown): boolean {
  const weight = nameWeight(name)
  if (weight === 'password' || weight === 'secret') return true
  if (weight !== 'token') return false
  return (
    typeof value === 'number' || (typeof value === 'string' && value.length >= 6 && !/[<>|\s]/.test(value))
  )
}
