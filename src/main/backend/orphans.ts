import { environmentOf, listPids, readStat } from '../../common/process/proc'
import { BACKEND_MARKER } from '../../common/protocol/messages'

export interface MarkedProcess {
  readonly pid: number
  readonly parent: number
  /** The backend's run that the process belongs to; `null` for any other process. */
  readonly run: string | null
  readonly name: string
}

/** Processes that adopt orphans: the first process, and a user's service manager. */
const ADOPTIVE = /^(?:systemd|init|launchd|tini|dumb-init|docker-init)$/

/** The processes of backends whose app has gone: no process of their run has an app as its parent. */
export function orphansOf(processes: readonly MarkedProcess[]): MarkedProcess[] {
  const byPid = new Map(processes.map((process) => [process.pid, process]))
  const owned = new Set(
    processes.flatMap(({ run, parent }) => {
      const above = byPid.get(parent)
      const isApp = above && above.run === null && above.pid !== 1 && !ADOPTIVE.test(above.name)
      return run !== null && isApp ? [run] : []
    }),
  )
  return processes.filter(({ run }) => run !== null && !owned.has(run))
}

/** All processes that can be seen; empty off Linux. */
export function readProcesses(): MarkedProcess[] {
  if (process.platform !== 'linux') return []
  return listPids().flatMap((pid) => {
    const stat = readStat(pid)
    return !stat || stat.isOver ? [] : { pid: stat.pid, parent: stat.ppid, run: runOf(pid), name: stat.name }
  })
}

function runOf(pid: string): string | null {
  const entry = environmentOf(pid).find((variable) => variable.startsWith(`${BACKEND_MARKER}=`))
  return entry?.slice(BACKEND_MARKER.length + 1) ?? null
}
