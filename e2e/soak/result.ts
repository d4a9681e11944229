import { type Trend, trend } from './trend'

/** Main, its garbage collected, while the backend runs again and has its jobs. */
export interface Sample {
  /** Until then. */
  readonly deaths: number
  /** Since the start. */
  readonly atMs: number
  readonly rssBytes: number
  /** V8's heap without compiled code, and what hangs on it outside, Buffers for instance. */
  readonly objectBytes: number
  /** What V8 has compiled. */
  readonly codeBytes: number
  readonly descriptors: number
}

export interface Result {
  /** What ended the run. */
  readonly ended: 'deaths' | 'minutes' | 'interrupted' | 'trouble'
  readonly deaths: number
  /** That must have a record. */
  readonly jobs: number
  readonly minutes: number
  readonly samples: readonly Sample[]
  /** What is lost, there twice or wrong. */
  readonly complaints: readonly string[]
  /** Where it can be looked at; `null` when there is nothing to complain of. */
  readonly dataFolder: string | null
}

export interface Growth extends Measure {
  readonly first: number
  readonly last: number
  /** `null`: too few samples to say. */
  readonly perDeath: Trend | null
  readonly perHour: Trend | null
  /** The whole of the slope's interval lies above the limit. */
  readonly leaks: boolean
}

interface Measure {
  readonly what: string
  readonly unit: string
  /** That are shown behind the point. */
  readonly digits: number
  /** What counts as a leak, for each death. */
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
    // Of an incident main keeps 3 KiB, of 200 of them; what leaks of a death takes more.
    limit: 0.01,
    of: ({ objectBytes }) => objectBytes / 2 ** 20,
  },
  {
    what: 'compiled code',
    unit: 'MiB',
    digits: 3,
    // V8 goes on to optimise what runs at each death, function after function, 10 KiB a death at first.
    limit: 0.02,
    of: ({ codeBytes }) => codeBytes / 2 ** 20,
  },
  // One in fifty deaths.
  { what: 'file descriptors', unit: '', digits: 2, limit: 0.02, of: ({ descriptors }) => descriptors },
]

const HOUR_MS = 3_600_000

/** Of the samples: main loads what it needs for a death, V8 compiles it, and caches fill. */
const WARM_UP = 0.25
/** So many deaths the allocator goes on taking, a third of a MiB each. */
const LEAST_WARM_UP = 25
/** Fewer, after that, are a part of the warm-up too. */
const LEAST_SAMPLES = 20

/** @returns of memory and descriptors, without the warm-up */
export function growths({ samples }: Pick<Result, 'samples'>): readonly Growth[] {
  const settled = samples.slice(warmUp(samples.length))
  return MEASURES.map((measure) => growth(settled, measure))
}

/** @param samples their number. @returns how many of them are left out */
export function warmUp(samples: number): number {
  return Math.min(samples, Math.max(LEAST_WARM_UP, Math.floor(samples * WARM_UP)))
}

/** Nothing lost, nothing wrong, nothing leaks, as far as enough samples can tell. */
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
