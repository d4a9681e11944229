import { damaged } from './pprof-error'

/** A number as `pprof-format` gives it: an unsigned bigint above 28 bits. */
export type Numeric = number | bigint

/** The number as signed 64 bits; beyond 2^53 the nearest double. */
export function asNumber(value: Numeric): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : value
}

/** @throws {PprofError} if it is not in the table */
export function lookUp(table: readonly string[], index: Numeric, what: string): string {
  const found = table[Number(index)]
  if (found === undefined) throw damaged(`${what} ${index} is named, there are ${table.length}`)
  return found
}

/**
 * Messages by id, which is any 64-bit number but 0: some writers use addresses.
 * @throws {PprofError}
 */
export function byId<T extends { id?: Numeric }>(messages: readonly T[], what: string): Map<bigint, T> {
  const found = new Map<bigint, T>()
  for (const message of messages) {
    const id = BigInt(message.id ?? 0)
    if (id === 0n) throw damaged(`a ${what} has no id`)
    if (found.has(id)) throw damaged(`two ${what}s have the id ${id}`)
    found.set(id, message)
  }
  return found
}

/** @throws {PprofError} if it is not there */
export function resolve<T>(messages: ReadonlyMap<bigint, T>, id: Numeric, what: string): T {
  const found = messages.get(BigInt(id))
  if (found === undefined) throw damaged(`${what} ${id} is named and not there`)
  return found
}
