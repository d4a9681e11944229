import { type Trend, trend } from './trend'

/** A sample of main, after a garbage collection, while the backend runs again and has its jobs. */
export interface Sample {
  /** Deaths until then. */
  readonly deaths: number
  /** Time since the start. */
  readonly atMs: number
  readonly rssBytes: number
  /** V8's heap without compiled code, and what it holds outside, Buffers for instance. */
  readonly objectBytes: number
  /** V8's compiled code. */
  readonly codeBytes: number
  readonly descriptors: number
}

export interface Result {
  /** The reason for the end of the run. */
  readonly ended: 'deaths' | 'minutes' | 'interrupted' | 'trouble'
  readonly deaths: number
  /** Jobs that must have a record. */
  readonly jobs: number
  readonly minutes: number
  readonly samples: readonly Sample[]
  /** All that is lost, duplicated or wrong. */
  readonly complaints: readonly string[]
  /** The data folder with the evidence; `null` if there are no complaints. */
  readonly dataFolder: string | null
}

export interface Growth extends Measure {
  readonly first: number
  readonly last: number
  /** The trend; `null` with too few samples. */
  readonly perDeath: Trend | null
  readonly perHour: Trend | null
  /** True if the whole of the slope's interval lies above the limit. */
  readonly leaks: boolean
}

interface Measure {
  readonly what: string
  readonly unit: string
  /** Digits after the point. */
  readonly digits: number
  /** Growth per death above which it is a leak. */
  readonly limit: number
  readonly of: (sample: Sample) => number
}

const MEASURES: readonly Measure[] = [
  {
    what: 'resident memory',
    unit: 'MiB',
    digits: 2,
    // A hundred MiB after a thousand deaths: the allocator keeps what it once had.
    limit: 0.1,
    of: ({ rssBytes }) => rssBytes / 2 ** 20,
  },
  {
    what: 'objects and Buffers',
    unit: 'MiB',
    digits: 3,
    // Main keeps 3 KiB of an incident, of 200 of them; a leak of a death takes more.
    limit: 0.01,
    of: ({ objectBytes }) => objectBytes / 2 ** 20,
  },
  {
    what: 'compiled code',
    unit: 'MiB',
    digits: 3,
    // V8 continues to optimise what runs at each death, function after function, 10 KiB a death at first.
    limit: 0.02,
    of: ({ codeBytes }) => codeBytes / 2 ** 20,
  },
  // One in fifty deaths.
  { what: 'file descriptors', unit: '', digits: 2, limit: 0.02, of: ({ descriptors }) => descriptors },
]

const HOUR_MS = 3_600_000

/**
 * Share of the samples left out as warm-up: main loads what it needs for a death, V8 compiles it, and caches
 * fill.
 */
const WARM_UP = 0.25
/** Fewest deaths of the warm-up: the allocator takes a third of a MiB at each. */
const LEAST_WARM_UP = 25
/** Fewest samples after that: fewer are part of the warm-up too. */
const LEAST_SAMPLES = 20

/** @returns the growth of memory and descriptors, without the warm-up */
export function growths({ samples }: Pick<Result, 'samples'>): readonly Growth[] {
  const settled = samples.slice(warmUp(samples.length))
  return MEASURES.map((measure) => growth(settled, measure))
}

/**
 * @param samples their number
 * @returns how many of them are left out
 */
export function warmUp(samples: number): number {
  return Math.min(samples, Math.max(LEAST_WARM_UP, Math.floor(samples * WARM_UP)))
}

/** True if nothing is lost or wrong, and nothing leaks, as far as enough samples can tell. */
export function isGood(result: Result): boolean {
  const settled = growths(result).every(({ perDeath, leaks }) => perDeath !== null && !leaks)
  return result.complaints.length === 0 && settled
}

function growth(samples: readonly Sample[], measure: Measure): Growth {
  const { of, limit } = measure
  const over = (x: (sample: Sample) => number) =>
    samples.length < LEAST_SAMPLES ? null : trend(samples.map((sample) => ({ x: x(sample), y: of(sample) })))
  const perDeath = over(({ deaths }) => deaths)
  const perHour = over(({ atMs }) => atMs / HOUR_MS)
  const [first, last] = [samples[0], samples.at(-1)].map((sample) => (sample ? of(sample) : Number.NaN))
  const leaks = perDeath !== null && perDeath.low > limit
  return { ...measure, first: first ?? Number.NaN, last: last ?? Number.NaN, perDeath, perHour, leaks }
}
