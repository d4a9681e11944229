import { displayName, FRAME_KINDS, type FrameKind, frameKind } from './frames'
import type { Frame, Profile, ProfiledFunction } from './profile'
import { heaviest } from './rank'

/** One function and what is attributed to it: its own, and what code outside the project did for it. */
export interface Culprit {
  readonly function: ProfiledFunction
  readonly kind: FrameKind
  readonly lines: Map<number, number>
  value: number
  /** The sum of all samples with it on their stacks. */
  cumulative: number
}

export interface Attribution {
  /** Project functions first, unless one other function has more than all of them together. */
  readonly culprits: readonly Culprit[]
  /** The sum of all samples. */
  readonly total: number
  /** The sum of the samples that are attributed. */
  readonly attributed: number
}

export type KindOf = (place: ProfiledFunction) => FrameKind | null

/**
 * Attributes each sample to one function.
 * @param types the first of these sample types that the profile has is used
 */
export function attribute(profile: Profile, types: readonly string[], kindOf: KindOf): Attribution {
  const type = typeIndex(profile, types)
  const found = new Map<ProfiledFunction, Culprit>()
  const cumulative = new Map<ProfiledFunction, number>()
  let [total, attributed] = [0, 0]
  for (const { frames, values } of profile.stacks) {
    const value = values[type] ?? 0
    // The difference of two profiles has negative values: released memory is not attributed.
    if (value <= 0) continue
    total += value
    // A recursive function counts once.
    for (const place of new Set(frames.map((frame) => frame.function)))
      cumulative.set(place, (cumulative.get(place) ?? 0) + value)
    const nearest = nearestOfBestKind(frames, kindOf)
    if (nearest === null) continue
    const { frame, kind } = nearest
    attributed += value
    const culprit = found.get(frame.function) ?? {
      function: frame.function,
      kind,
      lines: new Map(),
      value: 0,
      cumulative: 0,
    }
    culprit.value += value
    culprit.lines.set(frame.line, (culprit.lines.get(frame.line) ?? 0) + value)
    found.set(frame.function, culprit)
  }
  for (const culprit of found.values()) culprit.cumulative = cumulative.get(culprit.function) ?? 0
  return { culprits: inOrder([...found.values()]), total, attributed }
}

/** The index of the first wanted type; `-1` if the profile has none of them. */
export function typeIndex({ sampleTypes }: Profile, wanted: readonly string[]): number {
  const name = wanted.find((type) => sampleTypes.some((one) => one.type === type))
  return sampleTypes.findIndex(({ type }) => type === name)
}

/** Returns the kind of each function, computed once. */
export function kinds(projectRoot: string | null): KindOf {
  const known = new Map<ProfiledFunction, FrameKind | null>()
  return (place) => {
    const before = known.get(place)
    if (before !== undefined) return before
    const kind = frameKind(place, projectRoot)
    known.set(place, kind)
    return kind
  }
}

/** Describes a place in the code; the line is the one with most. */
export function describePlace({ function: place, lines }: Pick<Culprit, 'function' | 'lines'>) {
  return { function: displayName(place), file: place.file, line: heaviest(lines) ?? 0 }
}

/** The frame nearest to the leaf, among those of the most informative kind. */
function nearestOfBestKind(
  frames: readonly Frame[],
  kindOf: KindOf,
): { readonly frame: Frame; readonly kind: FrameKind } | null {
  let best: { frame: Frame; kind: FrameKind } | null = null
  let bestRank: number = FRAME_KINDS.length
  for (const frame of frames) {
    const kind = kindOf(frame.function)
    if (kind === null || FRAME_KINDS.indexOf(kind) >= bestRank) continue
    best = { frame, kind }
    bestRank = FRAME_KINDS.indexOf(kind)
    if (bestRank === 0) break
  }
  return best
}

function inOrder(culprits: readonly Culprit[]): Culprit[] {
  const project = culprits.filter(({ kind }) => kind === 'project').reduce((sum, { value }) => sum + value, 0)
  const isFirst = ({ kind, value }: Culprit) => kind === 'project' || value > project
  const order = (a: Culprit, b: Culprit) => Number(isFirst(b)) - Number(isFirst(a)) || b.value - a.value
  return culprits.toSorted(order)
}
