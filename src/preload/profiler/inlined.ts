import type { HeapProfiler } from 'node:inspector'
import { ENOUGH_BYTES, everywhere, type Growth, growthOf, keyOf } from './heap-growth'

type Profile = HeapProfiler.SamplingHeapProfile
type Node = HeapProfiler.SamplingHeapProfileNode

/** A time in which V8 inlined nothing: what was live when it began, and later. */
export interface Window {
  readonly before: Profile
  readonly during: Profile
}

/** Evidence of how a function divides its allocations among those it calls. */
type Evidence = (node: Node) => Growth | null

/**
 * Corrects the attribution of inlined functions. V8 attributes their allocations to the function that they
 * were inlined into: a loop gets what the function that it calls retains. What was allocated in a window
 * without inlining shows how to divide the rest. Bytes move from a function to those that it calls, as many
 * as these lack of their part; the sum stays the same.
 */
export function attributeInlined(profile: Profile, { before, during }: Window): Profile {
  const growth = growthOf(withoutNative(before.head), withoutNative(during.head))
  return { ...profile, head: attribute(withoutNative(profile.head), growth, everywhere(growth)) }
}

/** V8's id of what is no script: its own functions. */
const NO_SCRIPT = '0'

/**
 * Counts what V8's own functions allocated for those that called them: below an inlined function they stand beside it,
 * as called by the function that it was inlined into.
 */
function withoutNative(node: Node): Node {
  const children: Node[] = []
  let { selfSize } = node
  for (const child of node.children.map(withoutNative)) {
    const isNative = child.callFrame.scriptId === NO_SCRIPT
    if (isNative) selfSize += child.selfSize
    if (!isNative) children.push(child)
    else if (child.children.length > 0) children.push({ ...child, selfSize: 0 })
  }
  return { ...node, selfSize, children }
}

function attribute(node: Node, growth: Growth | undefined, elsewhere: Evidence): Node {
  const known = new Map<string, number>()
  const callees = new Map<string, Node>()
  for (const callee of node.children) {
    const key = keyOf(callee)
    const grown = growth?.callees.get(key)
    known.set(key, Math.max(0, total(callee) - (grown?.total ?? 0)))
    callees.set(key, attribute(callee, grown, elsewhere))
  }
  const outside = Math.max(0, node.selfSize - (growth?.self ?? 0))
  const evidence = growth && growth.total >= ENOUGH_BYTES ? growth : elsewhere(node)
  if (outside === 0 || !evidence) return { ...node, children: [...callees.values()] }
  const growing = [...evidence.callees].filter(([, { total }]) => total > 0)
  const pool = outside + sum(growing.map(([key]) => known.get(key) ?? 0))
  const lacks = growing.map(([key, { total }]) =>
    Math.max(0, (pool * total) / evidence.total - (known.get(key) ?? 0)),
  )
  const lacking = sum(lacks)
  const moved = Math.min(outside, lacking)
  for (const [index, [key, callee]] of growing.entries()) {
    const more = lacking === 0 ? 0 : ((lacks[index] ?? 0) * moved) / lacking
    if (more > 0) callees.set(key, enlarge(callees.get(key), callee, more / callee.total))
  }
  return { ...node, selfSize: Math.round(node.selfSize - moved), children: [...callees.values()] }
}

/** Adds bytes to a function and to those below it, in proportion to what each got in the window. */
function enlarge(node: Node | undefined, growth: Growth, factor: number): Node {
  const callees = new Map(node?.children.map((callee) => [keyOf(callee), callee]))
  for (const [key, callee] of growth.callees)
    if (callee.total > 0) callees.set(key, enlarge(callees.get(key), callee, factor))
  return {
    callFrame: growth.callFrame,
    selfSize: Math.round((node?.selfSize ?? 0) + growth.self * factor),
    children: [...callees.values()],
  }
}

function total(node: Node): number {
  return node.selfSize + sum(node.children.map(total))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
