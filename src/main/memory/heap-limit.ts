const MIB = 2 ** 20
/** V8's young generation, which it counts on top of a limit that was set, and what one collection may be late by. */
const ALLOWANCE = { share: 1.2, bytes: 64 * MIB } as const

/**
 * True where V8 has let a heap grow far beyond its limit. It does for a debugger session, to four times the limit (V8's
 * `inspector/v8-debugger-agent-impl`, `HeapLimitForDebugging`): an error reporter that reads local variables has one.
 */
export function isLimitLifted(usedBytes: number | null, limitBytes: number | null): boolean {
  if (usedBytes === null || limitBytes === null) return false
  return usedBytes > limitBytes * ALLOWANCE.share + ALLOWANCE.bytes
}
