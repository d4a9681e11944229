import type { HeapProfiler } from 'node:inspector'
import { HEAP_INTERVAL_BYTES } from './heap-sampler'

type Node = HeapProfiler.SamplingHeapProfileNode

/**
 * Memory that became live between two heap profiles, by function and caller, in bytes; freed memory counts as
 * zero.
 */
export interface Growth {
  readonly callFrame: Node['callFrame']
  readonly self: number
  /** The growth including all that it called. */
  readonly total: number
  readonly callees: ReadonlyMap<string, Growth>
}

/**
 * Bytes that are enough, by the number of their samples, to show what a function does when called from one
 * place.
 */
export const ENOUGH_BYTES = 8 * HEAP_INTERVAL_BYTES

/** Identifies a function, whatever its callers. */
export function keyOf({ callFrame }: Pick<Node, 'callFrame'>): string {
  const { scriptId, lineNumber, columnNumber, functionName } = callFrame
  return [scriptId, lineNumber, columnNumber, functionName].join(':')
}

export function growthOf(before: Node | undefined, after: Node): Growth {
  const earlier = new Map(before?.children.map((callee) => [keyOf(callee), callee]))
  const callees = after.children.map((callee) => {
    const key = keyOf(callee)
    return [key, growthOf(earlier.get(key), callee)] as const
  })
  return grown(after.callFrame, Math.max(0, after.selfSize - (before?.selfSize ?? 0)), new Map(callees))
}

/** The growth of a function over all places that it was called from; `null` if it did not grow. */
export function everywhere(growth: Growth): (node: Pick<Node, 'callFrame'>) => Growth | null {
  const found = new Map<string, Growth | null>()
  return (node) => {
    const key = keyOf(node)
    const known = found.get(key)
    if (known !== undefined) return known
    const calls = callsOf(key, growth).filter(({ total }) => total > 0)
    const all = calls.length === 0 ? null : calls.reduce(merged)
    found.set(key, all)
    return all
  }
}

/** The outermost calls only: those of a recursive function include the inner ones. */
function callsOf(key: string, growth: Growth): Growth[] {
  return keyOf(growth) === key
    ? [growth]
    : [...growth.callees.values()].flatMap((callee) => callsOf(key, callee))
}

function merged(one: Growth, other: Growth): Growth {
  const callees = new Map(one.callees)
  for (const [key, callee] of other.callees) {
    const same = callees.get(key)
    callees.set(key, same ? merged(same, callee) : callee)
  }
  return grown(one.callFrame, one.self + other.self, callees)
}

function grown(callFrame: Node['callFrame'], self: number, callees: ReadonlyMap<string, Growth>): Growth {
  const below = [...callees.values()].reduce((sum, { total }) => sum + total, 0)
  return { callFrame, self, total: self + below, callees }
}
