import type { FlameData, FlameKind, FlamePlace } from '../../page/flame-data'
import { displayName, frameKind } from './frames'
import type { Frame, Profile, ProfiledFunction } from './profile'
import { measureOf } from './units'

/** Most nodes of a graph: at some 20 bytes each they keep a page of several graphs far below a megabyte. */
const MAX_NODES = 12_000
/** Frames below this depth are not followed: a recursion without end. */
const MAX_DEPTH = 400

interface Node {
  readonly place: ProfiledFunction
  /** The line, where all of the node's frames have the same one; `0` for several, or if unknown. */
  line: number
  value: number
  readonly children: Map<ProfiledFunction, Node>
}

export interface FlameOptions {
  readonly title: string
  /** The sample type's index. */
  readonly type: number
  /** Changes a text before it leaves the machine. */
  readonly scrub: (text: string) => string
}

const ROOT: ProfiledFunction = { name: 'all', file: '' }

/**
 * The stacks of a profile as a tree from the root down. What a difference of two profiles has below 0 is left out, and what
 * would be too small to see is added up.
 * @returns `null` where nothing was measured, or its unit is neither memory, time nor a number
 */
export function flameData(profile: Profile, options: FlameOptions): FlameData | null {
  const { type, title, scrub } = options
  const unit = measureOf(profile.sampleTypes[type]?.unit ?? '')
  const root = treeOf(profile, type)
  if (root.value <= 0) return null
  const least = tooSmall(root)
  const places = new Places((place, line) => describePlace(place, line, scrub))
  const nodes: number[] = []
  write(root, 0)
  return { title, unit: unit.name, places: places.all, nodes }

  function write(node: Node, depth: number): void {
    nodes.push(places.indexOf(node.place, node.line), depth, rounded(node.value * unit.factor))
    const inOrder = [...node.children.values()].sort((a, b) => b.value - a.value)
    let rest = 0
    for (const child of inOrder) {
      if (child.value <= least) rest += child.value
      else write(child, depth + 1)
    }
    if (rest > 0) nodes.push(-1, depth + 1, rounded(rest * unit.factor))
  }
}

function treeOf(profile: Profile, type: number): Node {
  const root = newNode({ function: ROOT, line: 0 })
  for (const { frames, values } of profile.stacks) {
    const value = values[type] ?? 0
    if (!(value > 0)) continue
    root.value += value
    let node = root
    for (let at = frames.length - 1; at >= Math.max(0, frames.length - MAX_DEPTH); at--) {
      const frame = frames[at]
      // V8's own root says nothing that ours does not.
      if (frame === undefined || (node === root && frame.function.name === '(root)')) continue
      let child = node.children.get(frame.function)
      if (child === undefined) {
        child = newNode(frame)
        node.children.set(frame.function, child)
      }
      if (child.line !== frame.line) child.line = 0
      child.value += value
      node = child
    }
  }
  return root
}

function newNode({ function: place, line }: Frame): Node {
  return { place, line, value: 0, children: new Map() }
}

/** The largest value that is too small to be shown: no more nodes than can be shown have a larger one. */
function tooSmall(root: Node): number {
  const values: number[] = []
  const collect = (node: Node) => {
    values.push(node.value)
    for (const child of node.children.values()) collect(child)
  }
  collect(root)
  if (values.length <= MAX_NODES) return 0
  return values.sort((a, b) => b - a)[MAX_NODES] ?? 0
}

/** The places that frames share, each once. */
class Places {
  readonly all: FlamePlace[] = []
  readonly #describe: (place: ProfiledFunction, line: number) => FlamePlace
  readonly #known = new Map<string, number>()

  constructor(describe: (place: ProfiledFunction, line: number) => FlamePlace) {
    this.#describe = describe
  }

  indexOf(place: ProfiledFunction, line: number): number {
    const key = `${place.name}\n${place.file}\n${line}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    this.#known.set(key, this.all.length)
    return this.all.push(this.#describe(place, line)) - 1
  }
}

function describePlace(place: ProfiledFunction, line: number, scrub: (text: string) => string): FlamePlace {
  const at = place.file === '' || line === 0 ? place.file : `${place.file}:${line}`
  return { name: scrub(displayName(place)), at: scrub(at), kind: place === ROOT ? 'other' : kindOf(place) }
}

/** Whose the project is that a profile from anywhere is of is not known: code is code. */
function kindOf(place: ProfiledFunction): FlameKind {
  const kind = frameKind(place, null)
  return kind === 'project' || kind === 'outside' ? 'code' : (kind ?? 'other')
}

/** A value with as many digits as a page can use. */
function rounded(value: number): number {
  return Number(value.toPrecision(6))
}
