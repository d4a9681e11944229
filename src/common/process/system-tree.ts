import type { Systeminformation } from 'systeminformation'
import { type ProcessRow, type ProcessTree, TreeMembership, type TreeReader } from './process-tree'

/**
 * systeminformation gives whole seconds, on macOS as "now minus elapsed": two readings differ by one at most.
 */
const START_TOLERANCE_S = 2

export type SystemProcess = Pick<
  Systeminformation.ProcessesProcessData,
  'pid' | 'parentPid' | 'name' | 'memRss' | 'started' | 'state'
>

/**
 * Reads the process tree without `/proc`: each reading starts `ps` or PowerShell, so read it every few
 * seconds.
 */
export class SystemTree implements TreeReader {
  readonly #membership: TreeMembership
  readonly #list: () => Promise<readonly SystemProcess[]>

  constructor(root: number, list: () => Promise<readonly SystemProcess[]> = listProcesses) {
    this.#membership = new TreeMembership(root, { startTolerance: START_TOLERANCE_S })
    this.#list = list
  }

  async read(): Promise<ProcessTree | null> {
    try {
      const rows = toRows(await this.#list(), process.platform, new Date().getTimezoneOffset())
      // The library returns an empty list for a failed command.
      return rows.length === 0 ? null : this.#membership.update(rows)
    } catch {
      return null
    }
  }
}

/** @param timezoneOffsetMinutes as `Date.getTimezoneOffset` returns it */
export function toRows(
  processes: readonly SystemProcess[],
  platform: NodeJS.Platform,
  timezoneOffsetMinutes: number,
): ProcessRow[] {
  // Windows gives the local time of the start, which stays; other systems use the current offset, which
  // changes twice a year.
  const offsetSeconds = platform === 'win32' ? 0 : timezoneOffsetMinutes * 60
  return processes.flatMap(({ pid, parentPid, name, memRss, started, state }) => {
    const startTime = Date.parse(`${started.replace(' ', 'T')}Z`) / 1000 + offsetSeconds
    const row = { pid, ppid: parentPid, name, rssBytes: memRss * 1024, startTime }
    const isWhole = [pid, parentPid, row.rssBytes, startTime].every(
      (number) => Number.isFinite(number) && number >= 0,
    )
    return isWhole && pid > 0 && state !== 'zombie' ? [row] : []
  })
}

async function listProcesses(): Promise<readonly SystemProcess[]> {
  // Loaded only where it is used: it is large, and Linux does without.
  const { processes } = await import('systeminformation')
  return (await processes()).list
}
