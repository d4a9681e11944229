import type { ErrorSummary } from '../../common/protocol/messages'
import type { OomKills } from '../memory/oom-kill-counter'
import type { DeathCause } from './cause'
import { evidenceTexts } from './exit-cause-evidence'
import { EXIT_RULES } from './exit-cause-rules'
import { readSigns } from './exit-cause-signs'

/**
 * All that was observed about one exit of the backend; `null` for what was not there or could not be read.
 */
export interface ExitObservation {
  readonly platform: NodeJS.Platform
  readonly electronMajor: number
  /** The code of the `exit` event, not normalised. */
  readonly exitCode: number | null
  /** The event `child-process-gone`: there is none after a normal exit. */
  readonly gone: { readonly reason: string; readonly exitCode: number } | null
  /** The entry threw while it was loaded. */
  readonly launchError: ErrorSummary | null
  readonly uncaught: ErrorSummary | null
  readonly stderrTail: string
  readonly pid: number | null
  /** The reason why we ended it, or were about to. */
  readonly intent: 'stop' | 'memory-limit' | 'unresponsive' | null
  readonly oomKills: OomKills | null
  readonly memory: ExitMemory | null
  /** The utility process's `error` event: V8's location and report. */
  readonly fatalError: string | null
  readonly uptimeMs: number
}

/** The last sample of the backend's memory, in bytes. */
export interface ExitMemory {
  /** Time between the sample and the exit, in milliseconds. */
  readonly ageMs: number
  readonly treeRssBytes: number | null
  readonly heapUsedBytes: number | null
  readonly heapLimitBytes: number | null
}

export interface ExitExplanation {
  readonly cause: DeathCause
  /** True if it died of a lack of memory. */
  readonly oom: boolean
  readonly confidence: 'proven' | 'suspected'
  /** Short sentences, in order of weight. */
  readonly evidence: readonly string[]
}

/** Explains an exit of the backend; `null` when it was no death: a requested stop, a clean exit. */
export function explainExit(evidence: ExitObservation): ExitExplanation | null {
  const signs = readSigns(evidence)
  const rule = EXIT_RULES.find(({ when }) => when(signs))
  return rule?.verdict ? { ...rule.verdict, evidence: evidenceTexts(signs, rule.weight) } : null
}

/** The error that ended the backend, or the Python that it ran; `null` if none is known. */
export function endingError(evidence: ExitObservation): ErrorSummary | null {
  return evidence.launchError ?? evidence.uncaught ?? readSigns(evidence).python?.error ?? null
}
