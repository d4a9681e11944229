const MIB = 2 ** 20
const GIB = 2 ** 30
/** V8's heap in Electron: pointer compression allows no more. V8 counts its young generation on top. */
const LARGEST_HEAP = 4 * GIB
/** Share of the machine's memory that a limit may take; the rest is the app's and the system's. */
const SHARE_FOR_BACKEND = 0.9
/** A heap limit that is raised by less than this changes nothing. */
const WORTH_IT = 1.2

/** A heap limit worth trying: twice the one that was too low, as far as V8 and the machine go; `null` for none. In bytes. */
export function raisedHeap(limit: number, machineBytes: number): number | null {
  const raised = Math.min(roundedUp(limit * 2), LARGEST_HEAP)
  return raised > limit * WORTH_IT && raised <= machineBytes * SHARE_FOR_BACKEND ? raised : null
}

/** True where V8 allows no heap that is worth trying instead. */
export function isLargestHeap(limit: number): boolean {
  return limit * WORTH_IT >= LARGEST_HEAP
}

/**
 * A memory limit worth trying: half as much again as was held; `null` where the machine has no room for it. In bytes.
 * @param held the limit, or what was held if that is more
 */
export function raisedMemoryLimit(held: number, machineBytes: number): number | null {
  const raised = Math.min(roundedUp(held * 1.5), shareOfMemory(machineBytes))
  return raised > held * 1.1 ? raised : null
}

/** The part of that memory that a limit may take, in bytes: whole MiB. */
export function shareOfMemory(bytes: number): number {
  return Math.floor((bytes * SHARE_FOR_BACKEND) / MIB) * MIB
}

/** A size as the settings take it: `512MiB`, `4GiB`. */
export function settingOf(bytes: number): string {
  return bytes % GIB === 0 ? `${bytes / GIB}GiB` : `${Math.round(bytes / MIB)}MiB`
}

/** Rounds up to a figure that a person would choose. */
function roundedUp(bytes: number): number {
  const step = bytes >= 2 * GIB ? GIB / 2 : bytes >= 512 * MIB ? 256 * MIB : 64 * MIB
  return Math.ceil(bytes / step) * step
}
