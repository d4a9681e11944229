import { duration, percent, size } from '../../../common/output/units'
import type { ProcessRow } from '../../../common/process/process-tree'
import { isLimitLifted } from '../../memory/heap-limit'
import type { Allocator } from '../../profiling/allocator'
import type { Incident } from './incident'

/** Time between two readings up to which they describe the same moment, in milliseconds. */
const SAME_MOMENT_MS = 1_500
/** Age up to which a reading is of the moment of the death, in milliseconds; an older one is said to be. */
const THAT_MOMENT_MS = 1_000
/** Age beyond which a reading says nothing of a death, in milliseconds. */
const TOO_OLD_MS = 10_000
/** Share of what killed the backend that a function has to hold, to be named. */
const LARGE_SHARE = 1 / 4

/** One figure with its time: wall clock, milliseconds since the epoch. */
interface Reading {
  readonly at: number
  readonly bytes: number
}

/** The facts about memory that a death is explained with; every one of them has its time. */
export interface MemoryEvidence {
  /** The death: wall clock, milliseconds since the epoch. */
  readonly at: number
  readonly cause: Incident['cause']
  readonly oom: boolean
  /** V8's heap as last read. */
  readonly heap: Reading | null
  /** The limit of V8's heap, in bytes. */
  readonly heapLimitBytes: number | null
  /** Memory outside the heap that V8 knows of, such as Buffers. */
  readonly external: Reading | null
  /** The resident memory of all processes as last read. */
  readonly tree: Reading | null
  /** The processes at that time, the backend first if it lives. */
  readonly processes: readonly ProcessRow[]
  /** The heap profile of this death: the heap that it is of, and who allocated that, most first. */
  readonly profile: {
    readonly heapBytes: number | null
    readonly hasCpu: boolean
    readonly allocators: readonly Allocator[]
  } | null
  readonly isProfiled: boolean
}

interface MemoryRule {
  readonly name: string
  /** The sentence; `null` where its premise does not hold. */
  readonly say: (evidence: MemoryEvidence) => string | null
}

/** The rules in the order in which their sentences weigh. */
export const MEMORY_RULES: readonly MemoryRule[] = [
  {
    name: 'who filled the heap',
    say: (evidence) => {
      const culprit = culpritIn(evidence)
      if (!culprit) return null
      const place = `${culprit.function} (${culprit.file}:${culprit.line})`
      return `${percent(culprit.share)} of the heap that was sampled came from ${place}`
    },
  },
  {
    name: 'a child process',
    say: (evidence) => {
      const inChildren = childrenOf(evidence)
      if (!inChildren || !isElsewhere(evidence)) return null
      const { tree, held, largest } = inChildren
      return `child processes held ${size(held)} of ${size(tree.bytes)}, the largest ${largest.name}, process ${largest.pid}, ${size(largest.rssBytes)}${age(evidence, tree)}`
    },
  },
  {
    name: 'outside the heap',
    say: (evidence) => {
      const parts = partsOf(evidence)
      if (!parts || !isElsewhere(evidence) || parts.outside * 2 < parts.tree.bytes) return null
      const what = [
        parts.external === null ? 'Buffers' : `Buffers and the like ${size(parts.external)}`,
        'native memory',
        ...(evidence.processes.length > 1 ? ['child processes'] : []),
      ].join(', ')
      return `${size(parts.outside)} of ${size(parts.tree.bytes)} is outside V8's heap (${what}): a heap profile does not show it${age(evidence, parts.oldest)}`
    },
  },
  {
    name: 'in the heap',
    say: (evidence) => {
      const parts = partsOf(evidence)
      if (!parts || !evidence.oom || parts.outside * 2 >= parts.tree.bytes || childrenOf(evidence))
        return null
      return `${size(parts.tree.bytes - parts.outside)} of ${size(parts.tree.bytes)} is V8's heap: a heap profile shows it${age(evidence, parts.oldest)}`
    },
  },
  {
    name: 'a limit that was lifted',
    say: ({ heap, heapLimitBytes }) =>
      heap && isLimitLifted(heap.bytes, heapLimitBytes)
        ? `V8 let the heap grow to ${size(heap.bytes)}, beyond its limit of ${size(heapLimitBytes ?? 0)}, as it does for a debugger session in the backend`
        : null,
  },
  {
    name: 'no CPU profile',
    say: ({ profile }) =>
      profile && !profile.hasCpu
        ? 'no CPU profile: no function had been sampled when the heap profile was written'
        : null,
  },
  {
    name: 'no profile',
    // The thread's own word for it stays with a main thread that never yields.
    say: (evidence) => {
      const { cause, isProfiled, profile, heap } = evidence
      if (cause !== 'heap-out-of-memory' || !isProfiled || profile) return null
      const missed = 'no heap or CPU profile of the full heap could be taken, or written down'
      return heap && ageOf(evidence, heap) > THAT_MOMENT_MS && ageOf(evidence, heap) <= TOO_OLD_MS
        ? `${missed}: it was last seen ${duration(ageOf(evidence, heap))} before the end, with ${size(heap.bytes)}`
        : missed
    },
  },
]

/** The sentences about the memory of a death, in order of weight. */
export function memorySentences(evidence: MemoryEvidence): string[] {
  return MEMORY_RULES.flatMap((rule) => rule.say(evidence) ?? [])
}

/**
 * The allocators that an incident lists: none where the heap which was profiled is no large part of what killed the backend,
 * or most memory is known to have been elsewhere.
 */
export function blamedAllocators(evidence: MemoryEvidence): readonly Allocator[] {
  const { profile } = evidence
  if (!profile || !evidence.oom || isMostlyElsewhere(evidence)) return []
  const killed = whatKilled(evidence)
  if (killed === null || profile.heapBytes === null) return isFull(evidence) ? profile.allocators : []
  return profile.heapBytes >= killed * LARGE_SHARE ? profile.allocators : []
}

/** The function that holds a large part of what killed the backend. */
function culpritIn(evidence: MemoryEvidence): Allocator | null {
  const [first] = blamedAllocators(evidence)
  if (!first) return null
  const killed = whatKilled(evidence)
  const heapBytes = evidence.profile?.heapBytes ?? null
  if (killed === null || heapBytes === null) return first.share >= LARGE_SHARE ? first : null
  return first.share * heapBytes >= killed * LARGE_SHARE ? first : null
}

/** The bytes that were too many: the heap's where that was full, else those of all processes. */
function whatKilled(evidence: MemoryEvidence): number | null {
  if (!isFull(evidence)) return evidence.tree?.bytes ?? null
  const { heap, heapLimitBytes } = evidence
  return isLimitLifted(heap?.bytes ?? null, heapLimitBytes) ? (heap?.bytes ?? null) : heapLimitBytes
}

/** True where V8's heap is what was full. */
function isFull({ cause }: MemoryEvidence): boolean {
  return cause === 'heap-out-of-memory'
}

/** True where memory may have been short elsewhere than in V8's heap. */
function isElsewhere(evidence: MemoryEvidence): boolean {
  return evidence.oom && !isFull(evidence)
}

/** True where most of the memory is known to have been where no heap profile shows it. */
function isMostlyElsewhere(evidence: MemoryEvidence): boolean {
  const parts = partsOf(evidence)
  return (
    isElsewhere(evidence) &&
    (childrenOf(evidence) !== null || (parts !== null && parts.outside * 2 >= parts.tree.bytes))
  )
}

/** The child processes, where they held most of it. */
function childrenOf(evidence: MemoryEvidence) {
  const { tree, processes } = evidence
  if (!tree || ageOf(evidence, tree) > TOO_OLD_MS) return null
  const [, ...children] = processes
  const [largest] = [...children].sort((a, b) => b.rssBytes - a.rssBytes)
  const held = children.reduce((sum, { rssBytes }) => sum + rssBytes, 0)
  // More than all of them is of another moment.
  return largest && held * 2 >= tree.bytes && held <= tree.bytes ? { tree, held, largest } : null
}

/** The memory in and outside the heap, where both are known of the same moment. */
function partsOf(evidence: MemoryEvidence) {
  const { tree, heap, external } = evidence
  if (!tree || !heap || tree.bytes <= 0) return null
  const oldest = tree.at < heap.at ? tree : heap
  if (Math.abs(tree.at - heap.at) > TOO_OLD_MS || ageOf(evidence, oldest) > TOO_OLD_MS) return null
  // Parts of the heap may not be resident.
  const outside = Math.max(0, tree.bytes - heap.bytes)
  const isKnown =
    external !== null && Math.abs(external.at - heap.at) <= SAME_MOMENT_MS && external.bytes <= outside
  return { tree, oldest, outside, external: isKnown ? external.bytes : null }
}

function ageOf({ at }: Pick<MemoryEvidence, 'at'>, reading: Pick<Reading, 'at'>): number {
  return Math.max(0, at - reading.at)
}

/** The age of a reading that is not of that moment, to be said behind a sentence. */
export function age(evidence: Pick<MemoryEvidence, 'at'>, reading: Pick<Reading, 'at'>): string {
  const ms = ageOf(evidence, reading)
  return ms <= THAT_MOMENT_MS ? '' : ` (read ${duration(ms)} before the end)`
}
