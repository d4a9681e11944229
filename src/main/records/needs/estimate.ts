import { median } from '../../memory/theil-sen'
import type { Estimate } from './job-forecast'
import { predict } from './line'
import type { Before, NeedKind, NeedRun } from './need-run'

/** A run of fewer nodes than this part of the others' had the rest in its cache: it says nothing. */
const MIN_NODES = 0.5
/** A line whose error is a larger part of what it says is no forecast. */
const MAX_ERROR = 0.5

/**
 * Estimates what a job needs, from the runs of its own kind, else from those of other sizes.
 * @param own the kind itself; `null` for one never seen
 * @param family all kinds of the same classes, packs and files on the same machine
 * @returns `null` where nothing says it
 */
export function estimate(
  own: NeedKind | null,
  family: readonly NeedKind[],
  job: { readonly pixels: number | null; readonly before: Before },
): Estimate | null {
  if (own?.isMuted) return null
  const bounds = (own?.runs ?? [])
    .filter((run) => run.isBound && hasRun(run))
    .map(({ peakBytes }) => peakBytes)
  const highest = Math.max(0, ...bounds)
  const seen = peaksOf(own?.runs ?? [], job.before)
  const expected = median(seen)
  if (expected !== null) {
    return {
      expectedBytes: Math.round(expected),
      lowBytes: Math.min(...seen),
      highBytes: Math.max(...seen, highest),
      runs: seen.length,
      basis: 'runs',
    }
  }
  const fromSizes = estimateBySize(family, job)
  if (fromSizes && fromSizes.expectedBytes >= highest) return fromSizes
  if (bounds.length === 0) return fromSizes
  return { expectedBytes: highest, lowBytes: highest, highBytes: null, runs: bounds.length, basis: 'bounds' }
}

function estimateBySize(
  family: readonly NeedKind[],
  { pixels, before }: { readonly pixels: number | null; readonly before: Before },
): Estimate | null {
  if (pixels === null) return null
  const points = family.flatMap(({ pixels: x, runs, isMuted }) =>
    x === null || isMuted ? [] : peaksOf(runs, before).map((y) => ({ x, y })),
  )
  const found = predict(points, pixels)
  if (!found || found.value <= 0 || found.error > found.value * MAX_ERROR) return null
  const { value, error } = found
  return {
    expectedBytes: Math.round(value),
    lowBytes: Math.round(Math.max(0, value - error)),
    highBytes: Math.round(value + error),
    runs: points.length,
    basis: 'sizes',
  }
}

/** The peaks of the runs that were begun as this one is; where there are none, of those that come nearest. */
function peaksOf(runs: readonly NeedRun[], before: Before): number[] {
  const whole = runs.filter((run) => !run.isBound && hasRun(run))
  const most = Math.max(0, ...whole.map(({ nodesRun }) => nodesRun ?? 0))
  const usual = (run: NeedRun) => (run.nodesRun ?? 0) >= most * MIN_NODES
  const alike = whole.filter((run) => run.before === before)
  // Each state has its own usual number: the models are loaded in one, and there already in another.
  const mostAlike = Math.max(0, ...alike.map(({ nodesRun }) => nodesRun ?? 0))
  if (alike.length > 0)
    return alike
      .filter((run) => (run.nodesRun ?? 0) >= mostAlike * MIN_NODES)
      .map(({ peakBytes }) => peakBytes)
  // What the others left behind, such as a model, is held already where the same ran just before.
  return whole
    .filter(usual)
    .map(({ peakBytes, leftBytes }) =>
      before === 'same' ? Math.max(0, peakBytes - Math.max(0, leftBytes ?? 0)) : peakBytes,
    )
}

/** False for a job all of whose results the engine had in its cache. */
function hasRun({ nodesRun }: NeedRun): boolean {
  return nodesRun !== 0
}
