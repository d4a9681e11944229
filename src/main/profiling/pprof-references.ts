import { damaged } from './pprof-error'

/** As `pprof-format` gives them: what takes more than 28 bits is an unsigned bigint. */
export type Numeric = number | bigint

/** A signed 64-bit number; beyond 2^53 the nearest one. */
export function asNumber(value: Numeric): number {
  return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : value
}

/** @throws {PprofError} when it is not in the table */
export function lookUp(table: readonly string[], index: Numeric, what: string): string {
  const found = table[Number(index)]
  if (found === undefined) throw damaged(`${what} ${index} is named, there are ${table.length}`)
  return found
}

/** Messages by their id, which is any 64-bit number but 0: some writers take addresses. @throws {PprofError} */
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

/** @throws {PprofError} when it is not there */
export function resolve<T>(messages: ReadonlyMap<bigint, T>, id: Numeric, what: string): T {
  const found = messages.get(BigInt(id))
  if (found === undefined) throw damaged(`${what} ${id} is named and not there`)
  return found
}
