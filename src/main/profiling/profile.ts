/**
 * The quantity and unit of a sample's values, in the profiler's own words: `inuse_space` in `bytes`, `wall`
 * in `nanoseconds`.
 */
export interface SampleType {
  readonly type: string
  readonly unit: string
}

/** One function of the profiled program. The same function is the same object throughout a profile. */
export interface ProfiledFunction {
  /** The name as the profiler wrote it; empty without one. */
  readonly name: string
  /** Source file, URL or binary; empty if unknown. */
  readonly file: string
}

export interface Frame {
  readonly function: ProfiledFunction
  /** The line that ran or, in V8's heap profiles, the function's first; from 1, `0` if unknown. */
  readonly line: number
}

export interface Stack {
  /** The frames from the leaf, which was called last, to the root. */
  readonly frames: readonly Frame[]
  /** The values, one for each sample type. Negative in the difference of two profiles. */
  readonly values: readonly number[]
}

/** A pprof as plain data, whatever its writer. */
export interface Profile {
  /** The sample types, at least one. */
  readonly sampleTypes: readonly SampleType[]
  /** The index of the sample type that is shown by default. */
  readonly defaultType: number
  /** The interval between two samples, in the unit named; `null` if unknown. */
  readonly period: { readonly value: number; readonly unit: string } | null
  /** The time it was taken, milliseconds since the epoch. */
  readonly time: number | null
  readonly durationMs: number | null
  readonly stacks: readonly Stack[]
}
