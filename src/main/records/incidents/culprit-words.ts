import { describeNode } from '../../../common/engine/engine-node'
import { percent, size } from '../../../common/output/units'
import { culpritAmong } from '../../profiling/allocator'
import type { Incident } from './incident'

/** Names the function that holds or took most, with its place and share; `null` where nobody held a large share. */
export function culpritWords({ topAllocators }: Pick<Incident, 'topAllocators'>): string | null {
  const first = culpritAmong(topAllocators)
  if (!first) return null
  const inAll =
    first.cumulativeShare !== null && first.cumulativeShare - first.share >= 0.05
      ? `; ${percent(first.cumulativeShare)} with all that it called`
      : ''
  return `${named(first)}: ${percent(first.share)}, ${size(first.bytes)}${inAll}`
}

/** The culprit for a line of the log: of memory who held it, else the node that ran; `null` where neither is known. */
export function shortCulprit(incident: Pick<Incident, 'oom' | 'topAllocators' | 'node'>): string | null {
  const first = incident.oom ? culpritAmong(incident.topAllocators) : null
  if (!first) return incident.node === null ? null : `node that ran: ${describeNode(incident.node)}`
  return `culprit: ${named(first)} with ${percent(first.share)}`
}

function named({ function: name, file, line }: Incident['topAllocators'][number]): string {
  return `${name || '(anonymous)'}${file === '' ? '' : ` (${file}${line > 0 ? `:${line}` : ''})`}`
}
