import { estimate } from './estimate'
import type { Estimate } from './job-forecast'
import { type Before, type JobKind, kindKey, type NeedKind, type NeedRun, RUNS_KEPT } from './need-run'

/** Most kinds kept; the one that was run longest ago goes first. */
export const MAX_KINDS = 1_000
/** A forecast that is off by more, as a part of what came, is a miss. */
const MISS = 0.3
/** So many misses in a row, and a kind is not forecast any more; and so many runs of its own until it is again. */
const MAX_MISSES = 3
/** Memory below which a difference is no error worth the name, in bytes. */
const SMALL = 32 * 2 ** 20

/** The memory that each kind of job took: pure, bounded. */
export class NeedBook {
  readonly #kinds: Map<string, NeedKind>
  #turn: number

  constructor(kinds: readonly NeedKind[] = []) {
    const newest = [...kinds].sort((one, other) => one.turn - other.turn).slice(-MAX_KINDS)
    this.#kinds = new Map(newest.map((kind) => [kindKey(kind), kind]))
    this.#turn = newest.at(-1)?.turn ?? 0
  }

  /** All kinds, the one that was run last comes last. */
  get kinds(): readonly NeedKind[] {
    return [...this.#kinds.values()]
  }

  estimate(kind: JobKind, before: Before): Estimate | null {
    const own = this.#kinds.get(kindKey(kind)) ?? null
    // Runs that were not completed say no more than a bound: the other sizes say the rest.
    const family = own?.runs.some(({ isBound }) => !isBound)
      ? [own]
      : this.kinds.filter((each) => each.machine === kind.machine && each.family === kind.family)
    return estimate(own, family, { pixels: kind.pixels, before })
  }

  /** Adds a run of a kind. */
  add(kind: JobKind, run: NeedRun): void {
    const known = this.#known(kind)
    const runs = [...known.runs, run].slice(-RUNS_KEPT)
    const isNewData = runs.filter(({ isBound }) => !isBound).length >= MAX_MISSES
    this.#put({ ...known, runs, isMuted: known.isMuted && !isNewData })
  }

  /** Notes what the last run of a kind, which was added before, left behind. */
  left(kind: JobKind, leftBytes: number): void {
    const known = this.#kinds.get(kindKey(kind))
    const last = known?.runs.at(-1)
    if (known && last) this.#put({ ...known, runs: [...known.runs.slice(0, -1), { ...last, leftBytes }] })
  }

  /**
   * Holds a forecast against what came. A kind that is foretold wrongly again and again loses what it was foretold by.
   * @returns by how much it was off, as a part of what came
   */
  judge(kind: JobKind, expectedBytes: number, cameBytes: number): number {
    const error = Math.abs(expectedBytes - cameBytes) / Math.max(cameBytes, SMALL)
    const known = this.#known(kind)
    const errors = [...known.errors, error].slice(-RUNS_KEPT)
    const misses = error > MISS ? known.misses + 1 : 0
    if (misses < MAX_MISSES) this.#put({ ...known, errors, misses })
    else this.#put({ ...known, errors, misses: 0, runs: [], isMuted: true })
    return error
  }

  #known(kind: JobKind): NeedKind {
    const { machine, family, sizes, pixels, label } = kind
    const known = this.#kinds.get(kindKey(kind))
    return (
      known ?? {
        machine,
        family,
        sizes,
        pixels,
        label,
        turn: 0,
        runs: [],
        errors: [],
        misses: 0,
        isMuted: false,
      }
    )
  }

  #put(kind: NeedKind): void {
    const key = kindKey(kind)
    this.#turn += 1
    // Anew, so that it is the last.
    this.#kinds.delete(key)
    this.#kinds.set(key, { ...kind, turn: this.#turn })
    const [oldest] = this.#kinds.keys()
    if (this.#kinds.size > MAX_KINDS && oldest !== undefined) this.#kinds.delete(oldest)
  }
}
