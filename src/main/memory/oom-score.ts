import { readFileSync, writeFileSync } from 'node:fs'
import { errorCode, errorMessage } from '../../common/storage/errors'

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
  /** Not Linux, or the process has gone. */
  | { readonly outcome: 'unavailable' }
  | { readonly outcome: 'refused'; readonly reason: string }

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
    if (['ENOENT', 'ESRCH'].includes(errorCode(error) ?? '')) return { outcome: 'unavailable' }
    return { outcome: 'refused', reason: errorMessage(error) }
  }
}

/** Above the app's own score whatever that is: a desktop session may start apps with 200 already. */
function backendOomScore(mainScore: number): number {
  return Math.min(MAX_SCORE, Math.max(BACKEND_SCORE, mainScore + BACKEND_SCORE))
}

function parseScore(text: string, file: string): number {
  const score = Number.parseInt(text, 10)
  if (Number.isNaN(score)) throw new Error(`${file} holds ${JSON.stringify(text)}, not a number`)
  return score
}

/** The outcome as one sentence, `null` where there is nothing to say. */
export function describeOomScore(result: OomScoreResult): string | null {
  switch (result.outcome) {
    case 'raised':
      return `the kernel takes the backend before the app: its oom_score_adj was raised from ${result.from} to ${result.to}`
    case 'kept':
      return `the backend's oom_score_adj was ${result.score} already and was left as it is`
    case 'refused':
      return `the kernel may take the app before the backend: oom_score_adj cannot be raised (${result.reason})`
    case 'unavailable':
      return null
  }
}
