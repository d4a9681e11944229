import { createHash } from 'node:crypto'
import type { JobNeed } from '../../../common/protocol/job-need'
import type { JobKind } from './need-run'

/**
 * The kind of an engine's job.
 * @param machineBytes the machine's memory
 */
export function kindOfEngineJob(
  { family, sizes, pixels, device, output, ...numbers }: JobNeed,
  machineBytes: number,
): JobKind {
  return {
    machine: machineOf(machineBytes, device),
    family,
    sizes,
    pixels,
    label: `${output ?? 'job'}, ${describeSizes(numbers)}`,
  }
}

/** The kind of a job that a backend in JavaScript publishes; `null` for one that does not say what it is. */
export function kindOfBackendJob(
  { kind, name }: { readonly kind: string | null; readonly name: string | null },
  machineBytes: number,
): JobKind | null {
  if (kind === null && name === null) return null
  const family = hash(JSON.stringify([kind, name]))
  return {
    machine: machineOf(machineBytes, null),
    family,
    sizes: hash(''),
    pixels: null,
    label: kind ?? 'job',
  }
}

/** The last bits of a machine's memory differ with its kernel. */
function machineOf(machineBytes: number, device: number | null): string {
  return `${Math.round(machineBytes / 2 ** 28)}:${device === null ? 0 : Math.round(device / 2 ** 28)}`
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

type Numbers = Pick<JobNeed, 'width' | 'height' | 'batch' | 'frames' | 'steps'>

/** The sizes of a job for people: `1024x768, batch 4, 20 steps`. */
function describeSizes({ width, height, batch, frames, steps }: Numbers): string {
  const words = [
    width !== null && height !== null ? `${width}x${height}` : null,
    batch !== null && batch > 1 ? `batch ${batch}` : null,
    frames !== null && frames > 1 ? `${frames} frames` : null,
    steps === null ? null : `${steps} steps`,
  ].filter((each) => each !== null)
  return words.length > 0 ? words.join(', ') : 'no sizes'
}
