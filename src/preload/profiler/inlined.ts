import type { HeapProfiler } from 'node:inspector'

type Node = HeapProfiler.SamplingHeapProfileNode

/**
 * V8 counts what an inlined function allocates for the function that it was inlined into. Where a profile goes on
 * for a while without inlining, what has been counted so is divided as what came in that while: each function that
 * got more in it than in all the time before was inlined before.
 * @param before when inlining ended
 */
export function attributeInlined(
  after: HeapProfiler.SamplingHeapProfile,
  before: HeapProfiler.SamplingHeapProfile,
): HeapProfiler.SamplingHeapProfile {
  return { ...after, head: attribute(after.head, before.head) }
}

function attribute(node: Node, before: Node | undefined): Node {
  const known = Math.min(before?.selfSize ?? 0, node.selfSize)
  const children = node.children.map((child) => ({ child, before: matching(before, child) }))
  const own = node.selfSize - known
  const inlined = sum(children.map((pair) => grownInlined(pair.child, pair.before)))
  const moved = own + inlined === 0 ? 0 : (known * inlined) / (own + inlined)
  return {
    ...node,
    selfSize: Math.round(node.selfSize - moved),
    children: children.map((pair) =>
      attribute(inlined === 0 ? pair.child : grow(pair.child, pair.before, moved / inlined), pair.before),
    ),
  }
}

/** What came to a function that was inlined before, and to those that were inlined into it. */
function grownInlined(node: Node, before: Node | undefined): number {
  const grown = node.selfSize - (before?.selfSize ?? 0)
  if (grown < (before?.selfSize ?? 0)) return 0
  return Math.max(0, grown) + sum(node.children.map((child) => grownInlined(child, matching(before, child))))
}

function grow(node: Node, before: Node | undefined, factor: number): Node {
  if (grownInlined(node, before) === 0) return node
  const grown = Math.max(0, node.selfSize - (before?.selfSize ?? 0))
  return {
    ...node,
    selfSize: Math.round(node.selfSize + grown * factor),
    children: node.children.map((child) => grow(child, matching(before, child), factor)),
  }
}

function matching(parent: Node | undefined, { callFrame }: Node): Node | undefined {
  return parent?.children.find(
    ({ callFrame: other }) =>
      other.scriptId === callFrame.scriptId &&
      other.lineNumber === callFrame.lineNumber &&
      other.columnNumber === callFrame.columnNumber &&
      other.functionName === callFrame.functionName,
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
