import type { FlameData, FlameKind } from './flame-data'

/** One frame of the tree, with its place in it. */
export interface FlameNode {
  /** Its index in the order in which all are written: each before what it called. */
  readonly index: number
  /** The index of the last node below it; its own without one. */
  last: number
  readonly name: string
  readonly lowerName: string
  readonly at: string
  readonly kind: FlameKind
  readonly depth: number
  readonly value: number
  /** The value at which it begins, from the left edge of all. */
  readonly start: number
  /** Its own use, without what it called. */
  self: number
  readonly parent: FlameNode | null
  readonly children: FlameNode[]
}

const SMALL = { name: '(too small to show)', at: '', kind: 'other' } as const

/** The nodes of the data in their order, linked. */
export function buildTree({ places, nodes }: FlameData): FlameNode[] {
  const all: FlameNode[] = []
  const open: FlameNode[] = []
  for (let at = 0; at + 2 < nodes.length; at += 3) {
    const [place = -1, depth = 0, value = 0] = nodes.slice(at, at + 3)
    while (open.length > depth) open.pop()
    const parent = open.at(-1) ?? null
    const { name, at: file, kind } = places[place] ?? SMALL
    const node: FlameNode = {
      index: all.length,
      last: all.length,
      name,
      lowerName: `${name} ${file}`.toLowerCase(),
      at: file,
      kind,
      depth,
      value,
      // Beside those of its siblings that stand before it: they are no longer their parent's own.
      start: parent === null ? 0 : parent.start + parent.value - parent.self,
      self: value,
      parent,
      children: [],
    }
    if (parent) parent.self -= value
    parent?.children.push(node)
    for (const above of open) above.last = node.index
    open.push(node)
    all.push(node)
  }
  return all
}

/** @param wanted in lower case */
export function matches(node: FlameNode, wanted: string): boolean {
  return node.lowerName.includes(wanted)
}

/** How many frames match, and what they take together: what is below a match counts once. */
export function totalOf(root: FlameNode, wanted: string): { count: number; value: number } {
  let [count, value] = [0, 0]
  const look = (node: FlameNode, isCounted: boolean) => {
    const isMatch = matches(node, wanted)
    if (isMatch) count++
    if (isMatch && !isCounted) value += node.value
    for (const child of node.children) look(child, isCounted || isMatch)
  }
  look(root, false)
  return { count, value }
}
