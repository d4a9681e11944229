import type { JobKind, NeedRun } from './need-run'

export const MIB = 2 ** 20

/** A kind by its number: all of one family, a hundred thousand pixels more each. */
export function kindOf(number: number, change: Partial<JobKind> = {}): JobKind {
  return {
    machine: '64:0',
    family: 'f'.repeat(16),
    sizes: number.toString(16).padStart(16, '0'),
    pixels: number * 100_000,
    label: `kind ${number}`,
    ...change,
  }
}

export function runOf(mib: number, change: Partial<NeedRun> = {}): NeedRun {
  return {
    peakBytes: Math.round(mib * MIB),
    leftBytes: 0,
    gpuBytes: null,
    ms: 100,
    before: 'same',
    nodesRun: 3,
    isBound: false,
    ...change,
  }
}
