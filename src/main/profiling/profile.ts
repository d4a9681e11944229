/** What a sample's values count, in the profiler's own words: `inuse_space` in `bytes`, `wall` in `nanoseconds`. */
export interface SampleType {
  readonly type: string
  readonly unit: string
}

/** One function of the profiled program. The same function is the same object throughout a profile. */
export interface ProfiledFunction {
  /** As the profiler wrote it; empty when it has none. */
  readonly name: string
  /** Source file, URL or binary; empty when not known. */
  readonly file: string
}

export interface Frame {
  readonly function: ProfiledFunction
  /** The line that ran or, in V8's heap profiles, the function's first; from 1, `0` when not known. */
  readonly line: number
}

export interface Stack {
  /** The leaf first: who was called last. */
  readonly frames: readonly Frame[]
  /** One for each sample type. Negative in the difference of two profiles. */
  readonly values: readonly number[]
}

/** A pprof as plain data, whoever made it. */
export interface Profile {
  /** At least one. */
  readonly sampleTypes: readonly SampleType[]
  /** Index of the sample type that a person asks for first. */
  readonly defaultType: number
  /** Between two samples, in the unit named; `null` when not known. */
  readonly period: { readonly value: number; readonly unit: string } | null
  /** When it was taken, milliseconds since the epoch. */
  readonly time: number | null
  readonly durationMs: number | null
  readonly stacks: readonly Stack[]
}
