import type { ParentPort } from 'electron'
import { consentOf, sendGate } from '../../common/privacy/send-gate'
import { STANDBY_VARIABLE, standingBy } from '../../common/protocol/standby'
import { traceBuiltins } from '../../common/tracing/traced-builtins'
import { surviveTerminalInterrupt } from './ending'
import { isSpare } from './tracer'

/** Loads what a backend would have to wait for, and tells main. Does nothing in a process that has its backend from the start. */
export function standBy(parentPort: Pick<ParentPort, 'postMessage'>): void {
  if (!isSpare) return
  surviveTerminalInterrupt()
  traceBuiltins()
  parentPort.postMessage(standingBy(process.memoryUsage.rss()))
}

/** Makes this process the backend's: from now on it is seen, as if it had been forked for it. */
export function endStandby(): void {
  if (!isSpare) return
  delete process.env[STANDBY_VARIABLE]
  sendGate.answer(consentOf(process.env))
}
