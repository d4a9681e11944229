import { orNone, type Parser, scalar } from './parser'

export const MIB = 2 ** 20
export const GIB = 2 ** 30

/** Bytes per unit: powers of 1000 by SI, powers of 1024 by IEC 80000-13. */
const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: MIB,
  GiB: GIB,
  TiB: 2 ** 40,
}
const BYTES_OF = new Map(Object.entries(UNITS).map(([unit, bytes]) => [unit.toLowerCase(), bytes]))
const SIZE = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i

/**
 * Parses `512MB`, `1.5 GiB` or bare bytes, units in any case, into whole bytes. `undefined` for anything
 * else.
 */
export function readMemorySize(text: string): number | undefined {
  const [, digits, unit] = SIZE.exec(text) ?? []
  const unitBytes = BYTES_OF.get(unit?.toLowerCase() || 'b')
  if (digits === undefined || unitBytes === undefined) return undefined
  const amount = Number(digits)
  // Less than a byte must not become 0, which turns a limit off.
  const bytes = amount === 0 ? 0 : Math.max(1, Math.round(amount * unitBytes))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** The shortest text that says exactly this many bytes. */
export function showMemorySize(bytes: number): string {
  const spellings = Object.entries(UNITS)
    .filter(([, unitBytes]) => bytes % unitBytes === 0)
    .map(([unit, unitBytes]) => `${bytes / unitBytes}${unit === 'B' ? '' : unit}`)
  return spellings.reduce((shortest, next) => (next.length <= shortest.length ? next : shortest))
}

/** A parser of a limit in bytes, both ends included, or `null` for `0`. `zero` says what 0 means. */
export function memoryLimit(min: number, max: number, zero: string): Parser<number | null> {
  const range =
    max === Number.MAX_SAFE_INTEGER
      ? `${showMemorySize(min)} or more`
      : `${showMemorySize(min)} to ${showMemorySize(max)}`
  const accepted = `${range} (kB, MB, GB, TB; KiB, MiB, GiB, TiB; or bytes), or 0 for ${zero}`
  const readLimit = (text: string): number | null | undefined => {
    const bytes = readMemorySize(text)
    if (bytes === 0) return null
    return bytes !== undefined && bytes >= min && bytes <= max ? bytes : undefined
  }
  return orNone<number | null>(
    scalar<number | null>(accepted, readLimit, (bytes) => showMemorySize(bytes ?? 0)),
    zero,
  )
}
