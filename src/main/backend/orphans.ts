import { readdirSync, readFileSync } from 'node:fs'
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

/** All visible processes; none except on Linux. */
export function readProcesses(proc = '/proc'): MarkedProcess[] {
  if (process.platform !== 'linux') return []
  return readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(proc, Number(name)) ?? [])
}

function read(proc: string, pid: number): MarkedProcess | null {
  try {
    // `pid (name) state ppid ...`; a name may hold anything (proc_pid_stat(5)).
    const stat = readFileSync(`${proc}/${pid}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    const [state, parent] = stat.slice(end + 2).split(' ')
    if (state === 'Z') return null
    return {
      pid,
      parent: Number(parent),
      run: runOf(proc, pid),
      name: stat.slice(stat.indexOf('(') + 1, end),
    }
  } catch {
    return null
  }
}

function runOf(proc: string, pid: number): string | null {
  try {
    const environment = readFileSync(`${proc}/${pid}/environ`, 'utf8').split('\0')
    const entry = environment.find((variable) => variable.startsWith(`${BACKEND_MARKER}=`))
    return entry?.slice(BACKEND_MARKER.length + 1) ?? null
  } catch {
    // Another user's process.
    return null
  }
}
