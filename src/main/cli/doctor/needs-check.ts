import { percent, size } from '../../../common/output/units'
import { median } from '../../memory/theil-sen'
import type { NeedKind } from '../../records/needs/need-run'
import { readNeeds } from '../../records/needs/needs-file'
import { type Finding, ok, warning } from './check'

/** Kinds listed, the ones that were run last. */
const LISTED = 10

/** Checks what is known of the memory that jobs need, and how well it was foretold. */
export function checkNeeds(file: string, isOn: boolean): Finding {
  if (!isOn) return ok('not foretold: STUDIO_ADMISSION is off')
  const { kinds, problem } = readNeeds(file)
  const lines = kinds.slice(-LISTED).reverse().map(describeKind)
  if (problem !== null)
    return warning(
      `needs.json cannot be read as it is: ${problem}`,
      'start Studio: it keeps what is whole and learns the rest anew',
      lines,
    )
  if (kinds.length === 0) return ok('no job has been seen yet')
  const errors = kinds.flatMap((kind) => kind.errors)
  const off = median(errors)
  const muted = kinds.filter(({ isMuted }) => isMuted).length
  const summary = [
    `kinds of jobs known: ${kinds.length}`,
    off === null
      ? 'none was foretold yet'
      : `${errors.length} forecasts, off by ${percent(off)} at the median`,
    ...(muted > 0 ? [`not foretold until there is new data: ${muted}`] : []),
  ]
  return ok(summary.join('; '), lines)
}

function describeKind({ label, runs, errors, isMuted }: NeedKind): string {
  const peaks = runs.filter(({ isBound }) => !isBound).map(({ peakBytes }) => peakBytes)
  const needs =
    peaks.length === 0
      ? 'no run that ended'
      : `${size(median(peaks) ?? 0)} in ${peaks.length} ${peaks.length === 1 ? 'run' : 'runs'}`
  const off = median(errors)
  const words = off === null ? 'not foretold yet' : `forecasts off by ${percent(off)}`
  return `${label}: ${needs}, ${isMuted ? `${words}, off too often: not foretold now` : words}`
}
