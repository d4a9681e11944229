import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { foldersUpwards, type MemoryCgroup, memoryCgroupOf } from './memory-cgroup'

/**
 * Age of a reading that counts as "before", in milliseconds: the kernel counts a kill at once, but the exit
 * is reported only after many gigabytes have been freed, and a reading in between would hide the kill.
 */
const SETTLED_MS = 15_000

/**
 * The number of processes in or below the group that the kernel's OOM killer has killed: `oom_kill` of both
 * versions.
 */
export interface OomKills {
  readonly before: number
  readonly after: number
}

/** Finds the file with the counter of a running process's group; `null` off Linux and if none can be read. */
export function oomKillCounterOf(pid: number | 'self'): string | null {
  const cgroup = memoryCgroupOf(pid)
  return cgroup && counterFile(cgroup)
}

/**
 * Reads the counter; `null` if it cannot be read or is missing: v1 has it since Linux 4.14 and v2 since 4.13.
 * Format: cgroup-v2.rst "memory.events", cgroup-v1/memory.rst "memory.oom_control".
 */
export function readOomKills(file: string): number | null {
  try {
    return parseOomKills(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

/** Parses the counter; `null` if the text has none. */
export function parseOomKills(text: string): number | null {
  const match = /^oom_kill (\d{1,15})$/m.exec(text)
  return match ? Number(match[1]) : null
}

/**
 * Tells whether the counter grew when a process died, and not hours before for another process of the group.
 */
export class OomKillBaseline {
  /** The readings, oldest first; only the first may be older than `SETTLED_MS`. */
  #readings: { at: number; kills: number | null }[] = []

  constructor(
    private readonly count: () => number | null,
    now: number,
  ) {
    this.refresh(now)
  }

  /** Finds the counter while the process lives: its `/proc/<pid>` goes with it. `null` without a counter. */
  static of(pid: number, now: number): OomKillBaseline | null {
    const file = oomKillCounterOf(pid)
    return file === null ? null : new OomKillBaseline(() => readOomKills(file), now)
  }

  /** Takes a reading; call it now and then while the process lives. `now` is monotonic, in milliseconds. */
  refresh(now: number): void {
    this.#readings.push({ at: now, kills: this.count() })
    const settled = this.#readings.findLastIndex(({ at }) => now - at >= SETTLED_MS)
    if (settled > 0) this.#readings.splice(0, settled)
  }

  /** Compares the counter after the exit. `null` if a reading failed: then nothing is proven. */
  read(now: number): OomKills | null {
    this.refresh(now)
    const before = this.#readings.at(0)?.kills ?? null
    const after = this.#readings.at(-1)?.kills ?? null
    // A counter that decreased was recreated with its group.
    return before === null || after === null || after < before ? null : { before, after }
  }
}

function counterFile(cgroup: MemoryCgroup): string | null {
  const name = cgroup.version === 1 ? 'memory.oom_control' : 'memory.events'
  // v1 counts only in the victim's own group; v2 also counts upwards, and a leaf without the controller has
  // no file.
  const folders = cgroup.version === 1 ? [cgroup.folder] : foldersUpwards(cgroup)
  return folders.map((folder) => posix.join(folder, name)).find((file) => readOomKills(file) !== null) ?? null
}
