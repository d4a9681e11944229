import type { Allocator } from './allocator'
import { attribute, describePlace, kinds, typeIndex } from './attribution'
import type { Frame, Profile, ProfiledFunction } from './profile'

export interface CulpritOptions {
  /** The folder of the user's own code; `null` if unknown: then it is all that is not a dependency. */
  readonly projectRoot?: string | null
  readonly limit?: number
}

export interface HotFunction {
  readonly function: string
  readonly file: string
  /** The line, from 1; `0` if unknown. */
  readonly line: number
  /** The share of the time in which any code ran, from 0 to 1. */
  readonly share: number
}

const DEFAULT_LIMIT = 10
/** The types of values that count memory, the first that a profile has counts. */
export const MEMORY_TYPES = ['inuse_space', 'alloc_space']
/** The types of values that count time. */
export const TIME_TYPES = ['wall', 'cpu', 'samples', 'sample']
/** Share of the time above which a function on the stack is where an unresponsive thread hangs. */
const STUCK_SHARE = 0.75

/**
 * The functions that retain the memory, for an incident. What a library or V8 allocates is attributed to the
 * nearest caller in the project; without one on the stack, to the nearest library. Project functions come
 * first, unless one library function holds more than all of them together. Empty if the profile is not of
 * memory.
 */
export function topAllocators(profile: Profile, options: CulpritOptions = {}): readonly Allocator[] {
  const { projectRoot = null, limit = DEFAULT_LIMIT } = options
  const { culprits, total } = attribute(profile, MEMORY_TYPES, kinds(projectRoot))
  return culprits.slice(0, limit).map((culprit) => ({
    ...describePlace(culprit),
    bytes: Math.round(culprit.value),
    share: culprit.value / total,
    cumulativeBytes: Math.round(culprit.cumulative),
    cumulativeShare: culprit.cumulative / total,
  }))
}

/**
 * The functions that took the time, attributed as `topAllocators` attributes bytes. Empty if the profile is
 * not of time.
 */
export function hotFunctions(profile: Profile, options: CulpritOptions = {}): readonly HotFunction[] {
  const { projectRoot = null, limit = DEFAULT_LIMIT } = options
  const { culprits, attributed } = attribute(profile, TIME_TYPES, kinds(projectRoot))
  return culprits
    .slice(0, limit)
    .map((culprit) => ({ ...describePlace(culprit), share: culprit.value / attributed }))
}

/** Node's own calls of timers, ticks and hooks. */
const DISPATCH = /^node:internal\/(timers|process\/task_queues|async_hooks)$/

/**
 * Without the stacks that end in Node's own calls: no thread stays there, V8 did not know the function that was called. On a
 * busy machine it may not for most of the time (seen: 81 % of a loop).
 */
function withoutDispatch(profile: Profile): Profile {
  const stacks = profile.stacks.filter(({ frames: [leaf] }) => !leaf || !DISPATCH.test(leaf.function.file))
  return { ...profile, stacks }
}

/**
 * The function in which an unresponsive thread hangs: the innermost project function that is on the stack
 * nearly all the time (a loop, also when it spends that time in several others), otherwise the hottest one.
 * `null` if the profile is not of time, or nothing ran in it.
 */
export function hungIn(profile: Profile, options: CulpritOptions = {}): HotFunction | null {
  return innermostLasting(withoutDispatch(profile), options) ?? innermostLasting(profile, options)
}

function innermostLasting(profile: Profile, options: CulpritOptions): HotFunction | null {
  const kindOf = kinds(options.projectRoot ?? null)
  const { attributed } = attribute(profile, TIME_TYPES, kindOf)
  const type = typeIndex(profile, TIME_TYPES)
  const seen = new Map<ProfiledFunction, Presence>()
  for (const { frames, values } of profile.stacks) {
    const value = values[type] ?? 0
    if (value <= 0) continue
    const own = frames.filter((frame) => kindOf(frame.function) === 'project')
    for (const [distance, frame] of innermostOnce(own).entries()) addPresence(seen, frame, value, distance)
  }
  const candidates = [...seen.values()].filter(({ value }) => value > attributed * STUCK_SHARE)
  const [innermost] = candidates.sort((a, b) => a.distance / a.value - b.distance / b.value)
  if (innermost) return { ...describePlace(innermost), share: innermost.value / attributed }
  return hotFunctions(profile, { ...options, limit: 1 })[0] ?? null
}

interface Presence {
  readonly function: ProfiledFunction
  readonly lines: Map<number, number>
  value: number
  /** The number of functions between it and the leaf, weighted by `value`. */
  distance: number
}

function addPresence(
  seen: Map<ProfiledFunction, Presence>,
  frame: Frame,
  value: number,
  distance: number,
): void {
  const presence = seen.get(frame.function) ?? {
    function: frame.function,
    lines: new Map(),
    value: 0,
    distance: 0,
  }
  presence.value += value
  presence.distance += value * distance
  presence.lines.set(frame.line, (presence.lines.get(frame.line) ?? 0) + value)
  seen.set(frame.function, presence)
}

/** Keeps only the frame nearest to the leaf of a recursive function. */
function innermostOnce(frames: readonly Frame[]): Frame[] {
  const known = new Set<ProfiledFunction>()
  return frames.filter((frame) => !known.has(frame.function) && known.add(frame.function))
}
