import { describeNode } from '../../../common/engine/engine-node'
import { dateAndTime, percent, size } from '../../../common/output/units'
import { isLimitLifted } from '../../memory/heap-limit'
import { culpritAmong } from '../../profiling/allocator'
import type { Incident } from './incident'
import { isLargestHeap, raisedHeap, raisedMemoryLimit, settingOf, shareOfMemory } from './raised-limits'

const MIB = 2 ** 20
/** Most jobs named in one sentence. */
const MAX_NAMED = 3
/** Resident memory below which a limit would stop what is no more than an empty backend. */
const SMALLEST_LIMIT = 256 * MIB

/** A job that was lost with the backend. */
export interface LostJob {
  readonly jobId: string
  readonly name: string | null
  readonly state: 'queued' | 'running'
}

/** The facts that advice is made from. */
export interface AdviceFacts
  extends Pick<
    Incident,
    'cause' | 'oom' | 'confidence' | 'memory' | 'node' | 'topAllocators' | 'before' | 'restart' | 'errorLine'
  > {
  /** The memory of the machine, or of the group that the app runs in if that is less. */
  readonly machineBytes: number
  readonly hasEngine: boolean
  /** True if a worker thread's own heap was full. */
  readonly isWorkerHeap: boolean
  /** The function in which it was unresponsive, as `name (file:line)`; `null` where that is not known, or not so. */
  readonly stuckIn: string | null
  readonly lost: readonly LostJob[]
  /** The number of jobs that are submitted again by themselves. */
  readonly returning: number
}

const PORT_IN_USE = /\bEADDRINUSE\b|address already in use/i
/** Causes that lie in what runs, and not around it. */
const OWN_DOING: ReadonlySet<string> = new Set(['crash', 'error-exit', 'unresponsive'])

interface AdviceRule {
  readonly name: string
  /** The advice; `null` where its premise does not hold. */
  readonly advise: (facts: AdviceFacts) => string | null
}

/** The rules in the order in which their advice is given. */
export const ADVICE_RULES: readonly AdviceRule[] = [
  {
    name: 'a larger heap',
    advise: (facts) => {
      const limit = fullHeapLimit(facts)
      const raised = limit === null ? null : raisedHeap(limit, facts.machineBytes)
      if (limit === null || raised === null) return null
      const peak = peakOf(facts, 'heapUsedBytes')
      const held = peak === null ? '' : `the heap held ${size(peak)} at most, `
      return `raise STUDIO_HEAP_LIMIT to ${settingOf(raised)}: V8's limit was ${size(limit)}, ${held}the machine has ${size(facts.machineBytes)}`
    },
  },
  {
    name: 'a heap that cannot be larger',
    advise: (facts) => {
      const limit = fullHeapLimit(facts)
      if (limit === null || raisedHeap(limit, facts.machineBytes) !== null) return null
      return isLargestHeap(limit)
        ? "V8's heap takes 4 GiB at most in Electron: hold less at a time, or large data in Buffers, which are outside it"
        : `the machine's ${size(facts.machineBytes)} leave no room for a larger heap: hold less at a time, or use one with more memory`
    },
  },
  {
    name: 'a limit that does not hold',
    advise: (facts) =>
      isLifted(facts)
        ? "end the debugger session in the backend, as an error reporter that reads local variables has one: V8's limit does not hold while it lasts"
        : null,
  },
  {
    name: "a worker's heap",
    advise: ({ isWorkerHeap }) =>
      isWorkerHeap
        ? 'raise STUDIO_HEAP_LIMIT where it is set: it holds for each worker thread, ahead of its own limits; else resourceLimits.maxOldGenerationSizeMb where that worker is made'
        : null,
  },
  {
    name: 'a higher memory limit',
    advise: (facts) => {
      const { limitBytes } = facts.memory
      const raised = raisedLimit(facts)
      if (limitBytes === null || raised === null) return null
      const peak = peakOf(facts, 'treeRssBytes')
      const held = peak === null ? '' : `it held ${size(peak)} at most, `
      return `raise STUDIO_MEMORY_LIMIT to ${settingOf(raised)}: it is ${size(limitBytes)}, ${held}the machine has ${size(facts.machineBytes)}`
    },
  },
  {
    name: 'a memory limit that cannot be higher',
    advise: (facts) => {
      const { cause, memory, machineBytes } = facts
      if (cause !== 'memory-limit' || memory.limitBytes === null || raisedLimit(facts) !== null) return null
      return `STUDIO_MEMORY_LIMIT, ${size(memory.limitBytes)}, leaves no room to raise it on a machine with ${size(machineBytes)}: give it smaller jobs, or more memory`
    },
  },
  {
    name: 'a limit that acts before the kernel',
    advise: (facts) => {
      const { cause, confidence, memory } = facts
      const peak = peakOf(facts, 'treeRssBytes')
      if (cause !== 'kernel-oom-kill' || peak === null || peak < SMALLEST_LIMIT) return null
      if (memory.limitBytes !== null && memory.limitBytes <= shareOfMemory(peak)) return null
      const premise = confidence === 'proven' ? '' : 'if it was for want of memory, '
      const limit = settingOf(shareOfMemory(peak))
      return `${premise}set STUDIO_MEMORY_LIMIT to ${limit}: it held ${size(peak)} at most, and is then ended with a record of who took it, before the kernel acts`
    },
  },
  {
    name: 'other programs',
    advise: ({ cause, memory, machineBytes }) => {
      const { systemUsedBytes: used = null, treeRssBytes: own = null } =
        memory.samples.findLast((sample) => sample.systemUsedBytes !== null) ?? {}
      if (cause !== 'kernel-oom-kill' || used === null || own === null || used > machineBytes) return null
      const others = used - own
      return others < machineBytes / 2
        ? null
        : `close other programs: they held ${size(others)} of the machine's ${size(machineBytes)}`
    },
  },
  {
    name: 'who holds it',
    advise: ({ oom, topAllocators }) => {
      const holder = oom ? culpritAmong(topAllocators) : null
      return holder && holder.file !== ''
        ? `look at ${holder.function} (${holder.file}:${holder.line}), with ${percent(holder.share)} of what was sampled: where it never lets go, more memory only delays the end`
        : null
    },
  },
  {
    name: "a node's pack",
    advise: ({ cause, oom, node, topAllocators }) => {
      const suspect = oom ? (culpritAmong(topAllocators)?.node ?? null) : node
      if (!suspect?.pack || !(oom || OWN_DOING.has(cause))) return null
      return `update the pack ${suspect.pack}, or remove it from custom_nodes, if this happens again: ${describeNode(suspect)} ${oom ? 'took the memory' : 'ran at the time'}`
    },
  },
  {
    name: 'a node without a pack',
    advise: ({ oom, node }) =>
      oom && node && node.pack === null
        ? `give ${describeNode(node)} less to do at once: a smaller image, a smaller batch, a smaller model`
        : null,
  },
  {
    name: 'a function that does not return',
    advise: ({ cause, stuckIn, hasEngine }) =>
      cause === 'unresponsive' && stuckIn !== null && !hasEngine
        ? `do the work of ${stuckIn} in a worker thread, or in steps that await each other`
        : null,
  },
  {
    name: 'an unresponsive backend',
    advise: ({ cause, restart }) =>
      cause === 'unresponsive' && restart.decision === 'none'
        ? 'set STUDIO_UNRESPONSIVE=restart to have it ended and started again when this happens'
        : null,
  },
  {
    name: 'a port that is in use',
    advise: ({ cause, errorLine }) =>
      cause === 'error-exit' && PORT_IN_USE.test(errorLine ?? '')
        ? 'its port is in use: stop the program that uses it, or give the backend another port'
        : null,
  },
  {
    name: 'an error',
    advise: ({ cause, oom, errorLine }) =>
      cause === 'error-exit' && !oom && !PORT_IN_USE.test(errorLine ?? '')
        ? 'mend the error that it ended with: logs/backend.jsonl has what came before its last words'
        : null,
  },
  {
    name: 'memory that was refused',
    advise: ({ cause, oom, machineBytes }) =>
      cause === 'error-exit' && oom
        ? `ask for less memory at once, or close other programs: the machine has ${size(machineBytes)}`
        : null,
  },
  {
    name: 'an entry that does not load',
    advise: ({ cause }) =>
      cause === 'launch-failed' ? 'mend the entry, or what it needs: it could not be started' : null,
  },
  {
    name: 'a crash',
    advise: ({ cause, node }) =>
      cause === 'crash' && !node?.pack
        ? 'update the native modules that the backend loads, or leave them out one by one, if this happens again'
        : null,
  },
  {
    name: 'a kill from outside',
    advise: ({ cause }) =>
      cause === 'killed'
        ? 'look for who ended it: a task manager, a script, the stop of a service or a container'
        : null,
  },
  { name: 'jobs that ran', advise: (facts) => resubmission(facts, 'running') },
  { name: 'jobs that had not begun', advise: (facts) => resubmission(facts, 'queued') },
  {
    name: 'jobs that come back',
    advise: ({ returning }) =>
      returning === 0
        ? null
        : `nothing has to be done for ${count(returning)} that had not begun: resubmitted`,
  },
  {
    name: 'a backend that stays down',
    advise: ({ restart }) =>
      restart.decision === 'give-up'
        ? 'restart Studio, once this is mended: the backend is not started again'
        : null,
  },
  {
    name: 'what was before',
    advise: ({ before: { times, lastAt } }) => {
      if (times === 0 || lastAt === null) return 'this is the first one of its kind on record'
      return `this happened before: ${times === 1 ? 'once' : `${times} times`} on record, last at ${dateAndTime(lastAt)}`
    },
  },
]

/** The advice for one incident, the most useful first. */
export function advise(facts: AdviceFacts): string[] {
  return ADVICE_RULES.flatMap((rule) => rule.advise(facts) ?? [])
}

/** The limit of the backend's own heap, where V8 said that it was full and the limit is known. */
function fullHeapLimit(facts: AdviceFacts): number | null {
  const { cause, isWorkerHeap, hasEngine, memory } = facts
  const isOwn = cause === 'heap-out-of-memory' && !isWorkerHeap && !hasEngine && !isLifted(facts)
  return isOwn ? memory.heapLimitBytes : null
}

function isLifted(facts: AdviceFacts): boolean {
  return isLimitLifted(peakOf(facts, 'heapUsedBytes'), facts.memory.heapLimitBytes)
}

/** A memory limit worth trying; `null` for none, and where no such limit ended it. */
function raisedLimit(facts: AdviceFacts): number | null {
  const { limitBytes } = facts.memory
  if (facts.cause !== 'memory-limit' || limitBytes === null) return null
  return raisedMemoryLimit(Math.max(limitBytes, peakOf(facts, 'treeRssBytes') ?? 0), facts.machineBytes)
}

function peakOf({ memory }: AdviceFacts, name: 'heapUsedBytes' | 'treeRssBytes'): number | null {
  const known = [memory[name], ...memory.samples.map((sample) => sample[name])].filter(
    (bytes) => bytes !== null,
  )
  return known.length === 0 ? null : Math.max(...known)
}

function resubmission({ lost, cause, oom }: AdviceFacts, state: LostJob['state']): string | null {
  const jobs = lost.filter((job) => job.state === state)
  // The backend lives on, and so do its jobs.
  if (jobs.length === 0) return null
  const named = jobs
    .slice(0, MAX_NAMED)
    .map(({ jobId, name }) => (name === null ? jobId : `${name} (${jobId})`))
  const more = jobs.length - named.length
  const which = named.join(', ') + (more > 0 ? ` and ${more} more` : '')
  if (state === 'queued') return `submit again what had not begun: ${which}`
  const condition = oom ? ', with less to do or more memory' : cause === 'crash' ? ', one at a time' : ''
  return `submit again what ran${condition}: ${which}`
}

function count(jobs: number): string {
  return jobs === 1 ? 'the job' : `the ${jobs} jobs`
}
