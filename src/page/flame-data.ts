/** The kinds of code that a frame may belong to, as the page colours them. */
export type FlameKind = 'code' | 'dependency' | 'runtime' | 'native' | 'other'

/** A place that frames share. */
export interface FlamePlace {
  readonly name: string
  /** The file and line; empty if unknown. */
  readonly at: string
  readonly kind: FlameKind
}

/**
 * One flame graph as plain data, small enough for a page: its nodes from the root down, each before its children, the largest
 * child first.
 */
export interface FlameData {
  readonly title: string
  /** How values are shown: `bytes`, `ms` or `count`. */
  readonly unit: 'bytes' | 'ms' | 'count'
  readonly places: readonly FlamePlace[]
  /** For each node three numbers: its place's index, or -1 for what is too small to be shown by itself; its depth; its value. */
  readonly nodes: readonly number[]
}
