import os from 'node:os'
import { readStat } from './proc'

/** Linux reports process times to programs in hundredths of a second, whatever its kernel ticks in (proc_pid_stat(5)). */
const MS_PER_TICK = 10

/** When this process began, in milliseconds since the epoch: on Linux to a few hundredths of a second. Never throws. */
export function ownStart(): number {
  // Node's own start: Chromium's comes before.
  const latest = performance.timeOrigin
  try {
    const ticks = readStat('self')?.startTime
    if (ticks === undefined) return latest
    return Math.min(latest, Date.now() - os.uptime() * 1_000 + ticks * MS_PER_TICK)
  } catch {
    return Math.min(latest, process.getCreationTime?.() ?? latest)
  }
}
