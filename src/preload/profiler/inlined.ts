import type { HeapProfiler } from 'node:inspector'

type Profile = HeapProfiler.SamplingHeapProfile
type Node = HeapProfiler.SamplingHeapProfileNode

/** A while in which V8 inlined nothing: what was alive when it began, and later. */
export interface Window {
  readonly before: Profile
  readonly during: Profile
}

/**
 * V8 counts what an inlined function allocates for the function that it was inlined into: a loop is blamed for what
 * the function that it calls keeps. What came in a while without inlining shows how to divide what came outside it.
 * Bytes move from a function to those that it calls, as many as these lack of their part; the sum stays the same.
 */
export function attributeInlined(profile: Profile, { before, during }: Window): Profile {
  return { ...profile, head: attribute(profile.head, before.head, during.head) }
}

function attribute(node: Node, before: Node | undefined, during: Node | undefined): Node {
  const callees = node.children.map((callee) => {
    const pair = [matching(before, callee), matching(during, callee)] as const
    return { callee, pair, growth: growth(...pair), known: total(pair[0]) }
  })
  const own = selfGrowth(before, during)
  const outside = Math.max(0, node.selfSize - own)
  const growing = callees.filter((one) => one.growth > 0)
  const grown = own + sum(growing.map((one) => one.growth))
  const pool = outside + sum(growing.map((one) => one.known))
  const lacks = callees.map((one) =>
    one.growth > 0 ? Math.max(0, (pool * one.growth) / grown - one.known) : 0,
  )
  const lacking = sum(lacks)
  const moved = Math.min(outside, lacking)
  return {
    ...node,
    selfSize: Math.round(node.selfSize - moved),
    children: callees.map(({ callee, pair, growth }, index) => {
      const more = lacking > 0 ? ((lacks[index] ?? 0) * moved) / lacking : 0
      const attributed = attribute(callee, ...pair)
      return more > 0 ? enlarge(attributed, ...pair, more / growth) : attributed
    }),
  }
}

/** Adds bytes to a function and to those below it, to each by what it got in the window. */
function enlarge(node: Node, before: Node | undefined, during: Node | undefined, factor: number): Node {
  return {
    ...node,
    selfSize: Math.round(node.selfSize + selfGrowth(before, during) * factor),
    children: node.children.map((callee) =>
      enlarge(callee, matching(before, callee), matching(during, callee), factor),
    ),
  }
}

function growth(before: Node | undefined, during: Node | undefined): number {
  const below = (during?.children ?? []).map((callee) => growth(matching(before, callee), callee))
  return selfGrowth(before, during) + sum(below)
}

function selfGrowth(before: Node | undefined, during: Node | undefined): number {
  return Math.max(0, (during?.selfSize ?? 0) - (before?.selfSize ?? 0))
}

function total(node: Node | undefined): number {
  return node ? node.selfSize + sum(node.children.map(total)) : 0
}

function matching(caller: Node | undefined, { callFrame: wanted }: Node): Node | undefined {
  return caller?.children.find(
    ({ callFrame }) =>
      callFrame.scriptId === wanted.scriptId &&
      callFrame.lineNumber === wanted.lineNumber &&
      callFrame.columnNumber === wanted.columnNumber &&
      callFrame.functionName === wanted.functionName,
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
