import { readFile } from 'node:fs/promises'
import type { ProcessRow, ProcessTree } from '../../common/process/process-tree'

/**
 * The memory of a tree with shared pages counted once, in bytes: Python's workers are forks that share a
 * model, which the sum of their resident sets counts in each. Uses the kernel's proportional set size
 * (proc_pid_smaps(5)), which takes 10 ms for a GiB (measured): too long for every second. A process whose
 * share cannot be read, as on other systems, counts in full.
 */
export async function countSharedOnce(
  { processes, rssBytes }: ProcessTree,
  read: (file: string) => Promise<string> = (file) => readFile(file, 'utf8'),
): Promise<number> {
  if (processes.length < 2) return rssBytes
  const shares = await Promise.all(processes.map((row) => proportionalBytes(row, read)))
  return shares.reduce((sum, bytes) => sum + bytes, 0)
}

async function proportionalBytes(
  { pid, rssBytes }: ProcessRow,
  read: (file: string) => Promise<string>,
): Promise<number> {
  try {
    return Math.min(rssBytes, parsePss(await read(`/proc/${pid}/smaps_rollup`)) ?? rssBytes)
  } catch {
    return rssBytes
  }
}

/** Parses the proportional set size, in bytes; `null` for anything but a `smaps_rollup`. */
export function parsePss(smapsRollup: string): number | null {
  const kib = /^Pss:\s+(\d{1,12}) kB$/m.exec(smapsRollup)?.[1]
  return kib === undefined ? null : Number(kib) * 1024
}
