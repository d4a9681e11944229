import type { PythonFrame } from '../../common/engine/python-stack'
import type { ErrorSummary } from '../../common/protocol/messages'
import { evidenceTexts } from './exit-cause-evidence'
import { EXIT_RULES } from './exit-cause-rules'
import { readSigns } from './exit-cause-signs'
import type { ExitExplanation, ExitObservation } from './exit-observation'

/** Explains an exit of the backend; `null` when it was no death: a requested stop, a clean exit. */
export function explainExit(evidence: ExitObservation): ExitExplanation | null {
  const signs = readSigns(evidence)
  const rule = EXIT_RULES.find(({ when }) => when(signs))
  if (!rule?.verdict) return null
  return { ...rule.verdict, evidence: evidenceTexts(signs, rule.weight), errorLine: signs.errorLine }
}

/** The frames of the Python that ended the backend, innermost first; empty without them. */
export function endingFrames(evidence: ExitObservation): readonly PythonFrame[] {
  return readSigns(evidence).python?.frames ?? []
}

/** True if the heap that was full was a worker thread's own. */
export function isWorkerHeap(evidence: ExitObservation): boolean {
  return readSigns(evidence).memoryError === 'worker-heap'
}

/** The error that ended the backend, or the Python that it ran; `null` if none is known. */
export function endingError(evidence: ExitObservation): ErrorSummary | null {
  return evidence.launchError ?? evidence.uncaught ?? readSigns(evidence).python?.error ?? null
}
