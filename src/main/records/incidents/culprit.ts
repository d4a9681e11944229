import { createHash } from 'node:crypto'
import type { ErrorSummary } from '../../../common/protocol/messages'
import { crashedModule, type NativeCrash } from '../../backend/crashes/native-crash'
import { culpritAmong } from '../../profiling/allocator'
import type { Culprit } from './fingerprint'
import type { IncidentEvidence } from './run-evidence'

/** Length of an error's message that tells its kind, in UTF-16 code units. */
const MESSAGE_LENGTH = 80

/** The parts of a death that say who is to blame. */
export interface Suspects extends Pick<IncidentEvidence, 'topAllocators' | 'stuck' | 'node'> {
  readonly oom: boolean
  readonly error: ErrorSummary | null
  /** The crash in native code that it was; `null` for all else. */
  readonly crashed: NativeCrash | null
  /** The line of its last words that explains the exit. */
  readonly errorLine: string | null
}

/** The one who is to blame for a death: of memory who held it, else where it hung, the error, or the node that ran. */
export function culpritOf(suspects: Suspects): Culprit | null {
  const { oom, topAllocators, stuck, node, error, crashed, errorLine } = suspects
  const holder = oom ? culpritAmong(topAllocators) : null
  if (holder) return { name: holder.function, file: holder.file || null }
  if (stuck) return { name: stuck.function, file: stuck.file || null }
  if (error) return { name: `${error.name} ${error.message.slice(0, MESSAGE_LENGTH)}`, file: null }
  const module = crashed && crashedModule(crashed)
  if (module) return { name: module, file: null }
  if (node?.type) return { name: node.type, file: node.pack }
  // The line itself stays on the machine.
  return errorLine === null ? null : { name: digest(errorLine), file: null }
}

/** Letters alone: digits are left out of a fingerprint. */
function digest(line: string): string {
  const hash = createHash('sha256').update(line.replace(/\d+/g, '#')).digest()
  return [...hash.subarray(0, 12)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')
}
