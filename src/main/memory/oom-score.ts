import { readFileSync, writeFileSync } from 'node:fs'

/** Largest `oom_score_adj`, which is added to a process's memory in thousandths of all memory (proc(5)). */
const MAX_SCORE = 1000
/**
 * The backend's score: Electron leaves a utility process at the app's own, and gives its GPU process 200
 * (both seen).
 */
const BACKEND_SCORE = 500

export type OomScoreResult =
  | { readonly outcome: 'raised'; readonly from: number; readonly to: number }
  /** It was already as high: it is never lowered. */
  | { readonly outcome: 'kept'; readonly score: number }
  /** This is not Linux, or the process has gone. */
  | { readonly outcome: 'unavailable'; readonly reason: string }

/**
 * Makes the kernel kill the backend before the app when memory runs out: the owner of a process may raise its
 * `/proc/<pid>/oom_score_adj`. Never throws, and does nothing off Linux.
 */
export function raiseOomScore(pid: number, proc = '/proc'): OomScoreResult {
  try {
    const file = `${proc}/${pid}/oom_score_adj`
    const from = parseScore(readFileSync(file, 'utf8'), file)
    const main = parseScore(readFileSync(`${proc}/self/oom_score_adj`, 'utf8'), `${proc}/self/oom_score_adj`)
    const to = backendOomScore(main)
    if (from >= to) return { outcome: 'kept', score: from }
    writeFileSync(file, String(to))
    return { outcome: 'raised', from, to }
  } catch (error) {
    return { outcome: 'unavailable', reason: error instanceof Error ? error.message : String(error) }
  }
}

/** A score above the app's own, whatever that is: a desktop session may start apps with 200 already. */
export function backendOomScore(mainScore: number): number {
  return Math.min(MAX_SCORE, Math.max(BACKEND_SCORE, mainScore + BACKEND_SCORE))
}

function parseScore(text: string, file: string): number {
  const score = Number.parseInt(text, 10)
  if (Number.isNaN(score)) throw new Error(`${file} holds ${JSON.stringify(text)}, not a number`)
  return score
}
