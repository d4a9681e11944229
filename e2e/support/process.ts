import { readdirSync, readFileSync } from 'node:fs'
import { waitFor } from '../../testing/waiting/wait-for'

export interface ProcessInfo {
  readonly pid: number
  readonly ppid: number
  /** The arguments joined by spaces, or the name in brackets without any. */
  readonly command: string
}

/** Every process of a Linux machine except zombies, which have exited and wait for their parent. */
export function processes(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((info) => info !== null)
}

/** The descendants of a process, without itself. Linux. */
export function descendants(pid: number, all: readonly ProcessInfo[] = processes()): ProcessInfo[] {
  const family = new Set([pid])
  for (let before = 0; before !== family.size; ) {
    before = family.size
    for (const info of all) if (family.has(info.ppid)) family.add(info.pid)
  }
  return all.filter((info) => info.pid !== pid && family.has(info.pid))
}

/** True if a process runs, whoever owns it. On Linux a zombie does not. */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return readProcess(pid) !== null
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Rejects, naming the ones that are left, after `timeout` milliseconds (`waitFor`'s default without it). */
export async function waitUntilGone(
  pids: readonly number[],
  options: { readonly timeout?: number } = {},
): Promise<void> {
  const left = () => pids.filter(isAlive)
  await waitFor(() => left().length === 0, {
    what: () => `these processes to end: ${left().map(describe)}`,
    ...options,
  })
}

function describe(pid: number): string {
  return process.platform === 'linux' ? `${pid} (${readProcess(pid)?.command})` : `${pid}`
}

/**
 * Reads a process; `null` once it has exited. Format: proc_pid_stat(5); the name in parentheses may hold any
 * character.
 */
function readProcess(pid: number): ProcessInfo | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    const [state, ppid] = stat.slice(end + 2).split(' ')
    if (state === 'Z' || state === 'X') return null
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean).join(' ')
    return { pid, ppid: Number(ppid), command: args || `[${stat.slice(stat.indexOf('(') + 1, end)}]` }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return null
    throw error
  }
}
