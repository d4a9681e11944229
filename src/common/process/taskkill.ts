import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

/** Most pids in one command: Windows allows 32,767 characters. */
const MAX_PIDS = 1_000
const DEADLINE_MS = 5_000

/** Arguments that kill the descendants too (`/T`) and by force (`/F`). */
export function taskkillArguments(pids: readonly number[]): string[] {
  return ['/T', '/F', ...pids.slice(0, MAX_PIDS).flatMap((pid) => ['/PID', String(pid)])]
}

/** The full path of taskkill: Windows looks for a bare name in the current folder first. */
export function taskkillPath(systemRoot: string | undefined): string {
  return path.win32.join(systemRoot || 'C:\\Windows', 'System32', 'taskkill.exe')
}

/** Kills the processes. Also rejects if one of them had already exited. */
export async function runTaskkill(pids: readonly number[]): Promise<void> {
  const file = taskkillPath(process.env.SystemRoot)
  await promisify(execFile)(file, taskkillArguments(pids), { windowsHide: true, timeout: DEADLINE_MS })
}
