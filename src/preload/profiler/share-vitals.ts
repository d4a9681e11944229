import v8 from 'node:v8'
import { VITALS } from './messages'

/** Interval in milliseconds: a heap that grows by 20 MB a second is known well enough to be measured. */
const TELL_MS = 250

/**
 * Shares the main thread's vitals four times a second while it is responsive.
 * @returns the buffer, see `VITALS`
 */
export function shareVitals(): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(VITALS.length * Float64Array.BYTES_PER_ELEMENT)
  const vitals = new Float64Array(shared)
  let beats = 0
  const tell = () => {
    let [used, small] = [0, 0]
    for (const { space_name, space_used_size } of v8.getHeapSpaceStatistics()) {
      used += space_used_size
      if (!space_name.includes('large_object')) small += space_used_size
    }
    vitals[VITALS.usedBytes] = used
    vitals[VITALS.smallObjectBytes] = small
    vitals[VITALS.beats] = ++beats
  }
  tell()
  setInterval(tell, TELL_MS).unref()
  return shared
}
