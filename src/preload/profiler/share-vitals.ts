import v8 from 'node:v8'
import { VITALS, VITALS_MS } from './messages'

/** On the main thread: what it tells once a second while it is not stuck. @returns where, see `VITALS` */
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
  setInterval(tell, VITALS_MS).unref()
  return shared
}
