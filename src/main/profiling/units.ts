const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  byte: 1,
  bytes: 1,
  kilobyte: 1024,
  kilobytes: 1024,
  kb: 1024,
  megabyte: 1024 ** 2,
  megabytes: 1024 ** 2,
  mb: 1024 ** 2,
}

const MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  nanosecond: 1e-6,
  nanoseconds: 1e-6,
  us: 1e-3,
  microsecond: 1e-3,
  microseconds: 1e-3,
  ms: 1,
  millisecond: 1,
  milliseconds: 1,
  s: 1e3,
  second: 1e3,
  seconds: 1e3,
}

/** The measure that a sample type's unit is of, and by what a value is multiplied for bytes or milliseconds. */
export function measureOf(unit: string): {
  readonly name: 'bytes' | 'ms' | 'count'
  readonly factor: number
} {
  const word = unit.toLowerCase()
  const [bytes, ms] = [BYTES[word], MILLISECONDS[word]]
  if (bytes !== undefined) return { name: 'bytes', factor: bytes }
  return ms === undefined ? { name: 'count', factor: 1 } : { name: 'ms', factor: ms }
}
