import { readFileSync } from 'node:fs'
import { PROC, readStatText } from './proc'

/** Flags of a process that is ending, and of one that a signal has killed (PF_EXITING, PF_SIGNALED in the kernel's sched.h). */
const ENDING = 0x4 | 0x400
/** SIGKILL in a mask of signals. */
const KILL = 1n << 8n

/**
 * True for a process that is gone, has exited, is ending, or has a SIGKILL on its way: until a killed process has let go of its
 * memory its parent hears nothing, and it looks alive. Linux alone.
 */
export function isDying(pid: number, proc = PROC): boolean {
  const stat = readStatText(pid, proc)
  if (stat === null) return true
  // proc_pid_stat(5): what follows the name, which may have parentheses in it.
  const [state = 'X', , , , , , flags = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (/[ZX]/i.test(state) || (Number(flags) & ENDING) !== 0) return true
  try {
    const status = readFileSync(`${proc}/${pid}/status`, 'utf8')
    const masks = [...status.matchAll(/^(?:SigPnd|ShdPnd):\s+([0-9a-f]+)$/gm)]
    return masks.some(([, mask = '0']) => (BigInt(`0x${mask}`) & KILL) !== 0n)
  } catch {
    return true
  }
}
