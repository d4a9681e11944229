import * as v from 'valibot'

const bytes = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))

/**
 * The job before a run in the same process: none, one of another family, or one of the same, whose models are loaded then and
 * whose results are partly there.
 */
export const BEFORE = ['none', 'other', 'same'] as const
export type Before = (typeof BEFORE)[number]

export const NeedRunSchema = v.object({
  /** How far the process tree rose above the lowest that it held before in the job, in bytes. */
  peakBytes: bytes,
  /** The memory that it left behind, less than 0 where it freed more than it took; `null` where that was not seen. */
  leftBytes: v.nullable(v.pipe(v.number(), v.finite())),
  /** The same peak of the GPUs; `null` without one. */
  gpuBytes: v.nullable(bytes),
  ms: v.pipe(v.number(), v.finite(), v.minValue(0)),
  before: v.picklist(BEFORE),
  /** How many nodes were run; `null` for a job of JavaScript's. */
  nodesRun: v.nullable(count),
  /** True for a run that died, failed, was cancelled or shared its time: it needs that much at least. */
  isBound: v.boolean(),
})

/** The memory and time that one run of a job took. */
export type NeedRun = v.InferOutput<typeof NeedRunSchema>

const kind = {
  /** The machine's memory and that of its GPUs: what was seen on another says nothing here. */
  machine: v.pipe(v.string(), v.maxLength(60)),
  family: hash,
  sizes: hash,
  pixels: v.nullable(v.pipe(v.number(), v.finite(), v.minValue(1))),
  /** For people: a class of nodes or the kind that a backend names, and sizes. */
  label: v.pipe(v.string(), v.maxLength(300)),
}

/** Jobs that need the same. */
export interface JobKind {
  readonly machine: string
  readonly family: string
  readonly sizes: string
  readonly pixels: number | null
  readonly label: string
}

/** The runs of a kind that count. */
export const RUNS_KEPT = 20

export const NeedKindSchema = v.object({
  ...kind,
  /** When it was last run, counted in runs of all kinds: no clock that may jump. */
  turn: count,
  runs: v.pipe(v.array(NeedRunSchema), v.maxLength(RUNS_KEPT)),
  /** The errors of its last forecasts, as parts of what came; newest last. */
  errors: v.pipe(v.array(v.pipe(v.number(), v.finite(), v.minValue(0))), v.maxLength(RUNS_KEPT)),
  /** How many forecasts in a row were far off. */
  misses: count,
  /** True while it is not forecast, for want of new data. */
  isMuted: v.boolean(),
})

/** A kind, and what is known of it. */
export type NeedKind = v.InferOutput<typeof NeedKindSchema>

/** Any text that is the same for one kind alone. */
export function kindKey({ machine, family, sizes }: JobKind): string {
  return `${machine} ${family} ${sizes}`
}
