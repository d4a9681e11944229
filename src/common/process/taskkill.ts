import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'

/** Windows takes 32,767 characters for a command. */
const MAX_PIDS = 1_000
const DEADLINE_MS = 5_000

/** `/T` takes the descendants along, `/F` does not ask. */
export function taskkillArguments(pids: readonly number[]): string[] {
  return ['/T', '/F', ...pids.slice(0, MAX_PIDS).flatMap((pid) => ['/PID', String(pid)])]
}

/** By its full path: Windows looks for a bare name in the current folder first. */
export function taskkillPath(systemRoot: string | undefined): string {
  return path.win32.join(systemRoot || 'C:\\Windows', 'System32', 'taskkill.exe')
}

/** Rejects also when one of the processes had gone before. */
export async function runTaskkill(pids: readonly number[]): Promise<void> {
  const file = taskkillPath(process.env.SystemRoot)
  await promisify(execFile)(file, taskkillArguments(pids), { windowsHide: true, timeout: DEADLINE_MS })
}
