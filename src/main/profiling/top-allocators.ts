import type { Allocator } from './allocator'
import { attribute, describePlace, kinds, typeIndex } from './attribution'
import type { Frame, Profile, ProfiledFunction } from './profile'

export interface CulpritOptions {
  /** The folder of the user's own code; `null` when not known: then it is all that is no dependency. */
  readonly projectRoot?: string | null
  readonly limit?: number
}

export interface HotFunction {
  readonly function: string
  readonly file: string
  /** From 1; `0` when not known. */
  readonly line: number
  /** 0 to 1, of the time in which any code ran. */
  readonly share: number
}

const DEFAULT_LIMIT = 10
const MEMORY_TYPES = ['inuse_space', 'alloc_space']
const TIME_TYPES = ['wall', 'cpu', 'samples', 'sample']
/** A function on more than this much of the time is where a thread is stuck. */
const STUCK_SHARE = 0.75

/**
 * Who holds the memory, for an incident. What a library or V8 allocates counts for the nearest caller in the project;
 * without one on the stack, for the nearest library. Project functions come first, unless one library function holds
 * more than all of them together. Empty for a profile that is not of memory.
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

/** Where the time went, counted as `topAllocators` counts bytes. Empty for a profile that is not of time. */
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
 * The function that an unresponsive thread is stuck in: the innermost project function that is on the stack nearly
 * all the time (a loop, also when it spends that time in several others), or else the hottest one.
 * `null` for a profile that is not of time, or in which nothing ran.
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
  /** Functions between it and the leaf, weighted by `value`. */
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

/** Of a function that calls itself, the frame nearest to the leaf alone. */
function innermostOnce(frames: readonly Frame[]): Frame[] {
  const known = new Set<ProfiledFunction>()
  return frames.filter((frame) => !known.has(frame.function) && known.add(frame.function))
}
