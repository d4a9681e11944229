import { displayName } from './frames'
import type { Frame, Profile, ProfiledFunction } from './profile'

export interface RankedFunction {
  readonly function: string
  /** The file; empty if unknown. */
  readonly file: string
  /** The line with most of it; `0` if unknown. */
  readonly line: number
  /** The function's own value, in the sample type's unit. */
  readonly self: number
  /** The value including all that it called; a recursive function counts once. */
  readonly cumulative: number
  /** The share of the total by the ranking's value: 0 to 1, negative in the difference of two profiles. */
  readonly share: number
}

export interface Ranking {
  /** The sum of the absolute values of all samples, as in `pprof -top`. */
  readonly total: number
  readonly functions: readonly RankedFunction[]
}

/**
 * All functions of a profile, largest first.
 * @param type index of the sample type
 */
export function rankFunctions(profile: Profile, type: number, by: 'self' | 'cumulative' = 'self'): Ranking {
  const tallies = new Map<ProfiledFunction, Tally>()
  const seen = new Set<ProfiledFunction>()
  let total = 0
  for (const { frames, values } of profile.stacks) {
    const value = values[type] ?? 0
    if (value === 0) continue
    total += Math.abs(value)
    seen.clear()
    for (const [depth, frame] of frames.entries()) {
      if (seen.has(frame.function)) continue
      seen.add(frame.function)
      tallyOf(tallies, frame).add(frame.line, value, depth === 0)
    }
  }
  const functions = [...tallies].map(([place, tally]) => tally.ranked(place, total, by))
  return { total, functions: functions.sort(mostFirst(by)) }
}

class Tally {
  #self = 0
  #cumulative = 0
  readonly #selfLines = new Map<number, number>()
  readonly #lines = new Map<number, number>()

  add(line: number, value: number, isLeaf: boolean): void {
    this.#cumulative += value
    if (isLeaf) this.#self += value
    const lines = isLeaf ? this.#selfLines : this.#lines
    lines.set(line, (lines.get(line) ?? 0) + Math.abs(value))
  }

  ranked(place: ProfiledFunction, total: number, by: 'self' | 'cumulative'): RankedFunction {
    const [self, cumulative] = [this.#self, this.#cumulative]
    return {
      function: displayName(place),
      file: place.file,
      line: heaviest(this.#selfLines) ?? heaviest(this.#lines) ?? 0,
      self,
      cumulative,
      share: total === 0 ? 0 : (by === 'self' ? self : cumulative) / total,
    }
  }
}

function tallyOf(tallies: Map<ProfiledFunction, Tally>, frame: Frame): Tally {
  const known = tallies.get(frame.function)
  if (known) return known
  const added = new Tally()
  tallies.set(frame.function, added)
  return added
}

export function heaviest<T>(weights: ReadonlyMap<T, number>): T | undefined {
  let most: [T, number] | undefined
  for (const entry of weights) if (most === undefined || entry[1] > most[1]) most = entry
  return most?.[0]
}

/** Sorts by absolute value; on a tie by the other value, then by name, so that the order is stable. */
function mostFirst(by: 'self' | 'cumulative') {
  const other = by === 'self' ? 'cumulative' : 'self'
  return (a: RankedFunction, b: RankedFunction) =>
    Math.abs(b[by]) - Math.abs(a[by]) ||
    Math.abs(b[other]) - Math.abs(a[other]) ||
    compare(a.function, b.function) ||
    compare(a.file, b.file)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
