import path from 'node:path'
import type { PythonFrame, PythonStack } from '../../../common/engine/python-stack'
import { percent } from '../../../common/output/units'
import type { EngineMemory } from '../../../common/protocol/engine-memory'
import type { EngineUnresponsive } from '../../../common/protocol/engine-unresponsive'
import type { HeapSample } from '../../../common/protocol/profile-set'
import { findEngine } from '../../memory/engine-process'
import type { LatestMemory } from '../../memory/memory-watch'
import { describeEngineMemory, processesApart } from '../../memory/process-roles'
import type { MemoryTimeline } from '../../memory/timeline'
import { culpritAmong } from '../../profiling/allocator'
import { readPprofFile } from '../../profiling/read-pprof-file'
import {
  type HotFunction,
  hungIn,
  MEMORY_TYPES,
  TIME_TYPES,
  topAllocators,
} from '../../profiling/top-allocators'
import type { ProfileStore, StoredSet } from '../profiles/profile-store'
import {
  describeEngineCulprit,
  type EngineReading,
  encodeEngineMemory,
  engineAllocators,
  withUnseen,
} from './engine-evidence'
import { pythonStack, stackInProfile } from './error-stack'
import type { Incident } from './incident'
import { age, blamedAllocators, type MemoryEvidence, memorySentences } from './memory-rules'
import { isOfThisDeath } from './of-this-death'

/** The evidence that one run of the backend leaves for an incident. */
export interface IncidentEvidence {
  readonly memory: Incident['memory']
  readonly profiles: Incident['profiles']
  readonly topAllocators: Incident['topAllocators']
  /** The node that ran in an engine; `null` elsewhere. */
  readonly node: Incident['node']
  /** The memory of an engine as last told; `null` elsewhere. */
  readonly engine: EngineMemory | null
  /** The stacks of an engine that hung; empty for all else. */
  readonly stacks: readonly PythonStack[]
  /** The function in which an unresponsive backend is stuck; `null` where that is not known, or not so. */
  readonly stuck: HotFunction | null
  /** The stack of the culprit by its profile, or of the engine's thread that hung; `null` where none is known. */
  readonly stack: string | null
  /** Sentences, in order of weight. */
  readonly words: readonly string[]
}

export interface RunFacts {
  /** Identifies the run in its profiles; `null` if it died before it could send that. */
  readonly run: string | null
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number
  /** The last heartbeat; `null` if there was none. Wall clock, milliseconds since the epoch. */
  readonly heardAt: number | null
  readonly memoryLimitBytes: number | null
  readonly timeline: MemoryTimeline
  readonly latest: LatestMemory | null
  /** True if the backend runs Studio's engine. */
  readonly hasEngine: boolean
  /** The last word of its probe on its memory; `null` without a probe. */
  readonly engine: EngineMemory | null
  /** True if it has a profiler thread. */
  readonly isProfiled: boolean
  /** The measure by which the kernel takes the backend first, in a sentence; `null` where there is nothing to say. */
  readonly oomScore: string | null
  /** The processes of it that could not be ended, in a sentence; `null` for nothing. */
  readonly survivors: string | null
  /** The findings about an engine that is unresponsive; `null` for one that is not, and for all else. */
  readonly unresponsive: EngineUnresponsive | null
  /** The tag `runtime-id` of the run; `null` where it is not traced. */
  readonly runtimeId: string | null
  /** V8's limit that the settings ask for, in bytes; `null` for its own. */
  readonly heapLimitBytes: number | null
  /** True once its entry was loaded. */
  readonly isLoaded: boolean
  /** True if a job had begun in it. */
  readonly hadJobs: boolean
  /** The last lines that it wrote to stdout and stderr, scrubbed. */
  readonly lastWords: readonly string[]
  readonly store: ProfileStore
  readonly profilesFolder: string
  /** The folder of the user's own code. */
  readonly projectRoot: string
}

/**
 * The context of a death: the memory before it and, if it was due to a lack of memory, the heap's last
 * profile and its top allocators.
 * @param ofWorker true if it was the heap of a worker thread that was full
 */
export function deathContext(
  facts: RunFacts,
  death: Pick<Incident, 'cause' | 'oom'>,
  ofWorker = false,
): IncidentEvidence {
  return facts.hasEngine ? engineDeathContext(facts, death) : ownDeathContext(facts, death, ofWorker)
}

/** The context of an engine's death: what its probe told of its memory. Its runner's heap has nothing to do with it. */
function engineDeathContext(
  facts: RunFacts,
  { cause, oom }: Pick<Incident, 'cause' | 'oom'>,
): IncidentEvidence {
  const memory = memoryOf(facts, [])
  const engine = facts.engine && withUnseen(facts.engine, engineReading(facts))
  const allocators = engine ? engineAllocators(engine) : []
  const where = oom ? describeEngineMemory(memory.processes) : null
  const readAt = facts.latest?.readAt ?? facts.at
  return {
    memory: { ...memory, jobPeakBytes: engine?.job?.peakBytes ?? null },
    profiles: { heap: engine && keepEngineProfile(facts, engine), cpu: null },
    topAllocators: allocators,
    node: engine?.node ?? null,
    engine,
    stacks: [],
    stuck: null,
    stack: engine && oom ? placeStack(engine.places[0]?.place ?? null) : null,
    words: [
      ...(oom && engine
        ? describeEngineCulprit(engine, memory.treeRssBytes, {
            at: facts.at,
            toldAt: facts.engine?.at ?? engine.at,
          })
        : []),
      ...(where === null ? [] : [`${where}${age(facts, { at: readAt })}`]),
      ...afterwards(facts, cause),
    ],
  }
}

/** The engine's process as it was last read from outside. */
function engineReading({ latest, engine }: RunFacts): EngineReading | null {
  const row = latest && findEngine(latest.processes, engine?.pid ?? null)
  return row && latest ? { at: latest.readAt, rssBytes: row.rssBytes } : null
}

/** Writes the places down as a heap profile, for `top`; `null` where there are none, or the disk does not take it. */
function keepEngineProfile(facts: RunFacts, engine: EngineMemory): string | null {
  const space = encodeEngineMemory(engine)
  return facts.run !== null && space
    ? facts.store.keepOfEngine({ run: facts.run, at: engine.at, space })
    : null
}

function afterwards({ survivors, oomScore }: RunFacts, cause: Incident['cause']): string[] {
  return [
    ...(survivors === null ? [] : [survivors]),
    ...(cause === 'kernel-oom-kill' && oomScore !== null ? [oomScore] : []),
  ]
}

function ownDeathContext(
  facts: RunFacts,
  { cause, oom }: Pick<Incident, 'cause' | 'oom'>,
  ofWorker: boolean,
): IncidentEvidence {
  const found = facts.run === null ? null : facts.store.nearDeath(facts.run, ofWorker ? 'worker' : 'main')
  // The heap that the incident tells of is the main thread's.
  const memory = memoryOf(facts, ofWorker ? [] : (found?.samples ?? []))
  const measured = ofWorker ? { ...memory, heapUsedBytes: null, heapLimitBytes: null } : memory
  const set =
    found && oom && isOfThisDeath(found, measured, facts.at) ? facts.store.promote(found, 'on_oom') : null
  const evidence = memoryEvidence(facts, { cause, oom }, memory, set)
  const allocators = blamedAllocators(evidence)
  return {
    memory,
    profiles: { heap: set?.files.space ?? null, cpu: set?.files.wall ?? null },
    topAllocators: allocators,
    node: null,
    engine: null,
    stacks: [],
    stuck: null,
    stack: stackOf(facts, set?.files.space ?? null, MEMORY_TYPES, culpritAmong(allocators) ?? undefined),
    words: [...memorySentences(evidence), ...afterwards(facts, cause)],
  }
}

/** The facts about the memory of a death, each with its time. */
function memoryEvidence(
  facts: RunFacts,
  { cause, oom }: Pick<Incident, 'cause' | 'oom'>,
  { samples, heapLimitBytes }: Incident['memory'],
  set: StoredSet | null,
): MemoryEvidence {
  const last = (name: 'treeRssBytes' | 'heapUsedBytes' | 'externalBytes') => {
    const sample = samples.findLast((one) => one[name] !== null)
    return sample ? { at: Date.parse(sample.at), bytes: sample[name] ?? 0 } : null
  }
  return {
    ...{ at: facts.at, cause, oom, heapLimitBytes, isProfiled: facts.isProfiled },
    ...{ heap: last('heapUsedBytes'), external: last('externalBytes'), tree: last('treeRssBytes') },
    processes: facts.latest?.processes ?? [],
    profile: set && {
      heapBytes: set.heap?.usedBytes ?? null,
      hasCpu: set.files.wall !== null,
      allocators: allocatorsOf(facts, set),
    },
  }
}

/**
 * The context of an unresponsive backend: where it hangs, by the profile that its profiler thread took
 * meanwhile.
 */
export function unresponsiveContext(facts: RunFacts): IncidentEvidence {
  if (facts.unresponsive) return engineContext(facts, facts.unresponsive)
  const found = facts.run === null ? null : facts.store.ofSilence(facts.run, facts.heardAt ?? 0)
  const set = found && facts.store.promote(found, 'unresponsive')
  const file = set?.files.wall ?? null
  const stuck = file === null ? null : read(facts, file, (profile) => hungIn(profile, facts))
  return {
    memory: memoryOf(facts, []),
    profiles: { heap: null, cpu: file },
    topAllocators: [],
    node: facts.engine?.node ?? null,
    engine: facts.engine,
    stacks: [],
    stuck,
    stack: stackOf(facts, file, TIME_TYPES, stuck ?? undefined),
    words: [stuck ? stuckInWords(stuck) : whyUnknown(facts, file)],
  }
}

/** The context of an engine that is unresponsive: what its probe and its watchdog say. */
function engineContext(facts: RunFacts, { words, stacks, node }: EngineUnresponsive): IncidentEvidence {
  const memory = memoryOf(facts, [])
  const { engine } = facts
  const stack = pythonStack(stacks[0]?.frames ?? [])
  const profiles = { heap: null, cpu: null }
  return { memory, profiles, topAllocators: [], node, engine, stacks, stuck: null, stack, words }
}

function stuckInWords({ function: name, file, line, share }: HotFunction): string {
  return `stuck in ${name} (${file}:${line}), ${percent(share)} of the time`
}

function whyUnknown({ isProfiled }: RunFacts, file: string | null): string {
  if (file !== null) return 'its CPU profile shows no function, or cannot be read'
  return isProfiled
    ? 'no CPU profile could be taken: it may be stuck in native code'
    : 'profiling is off: where it is stuck is not known'
}

function memoryOf(facts: RunFacts, heap: readonly HeapSample[]): Incident['memory'] {
  const readings = heap.map(({ at, usedBytes, limitBytes }) => ({
    at,
    heapUsedBytes: usedBytes,
    heapLimitBytes: limitBytes,
  }))
  const samples = facts.timeline.samples(facts.at, readings)
  const last = (name: 'treeRssBytes' | 'heapUsedBytes' | 'heapLimitBytes') =>
    samples.findLast((sample) => sample[name] !== null)?.[name] ?? null
  return {
    limitBytes: facts.memoryLimitBytes,
    treeRssBytes: last('treeRssBytes'),
    heapUsedBytes: last('heapUsedBytes'),
    heapLimitBytes: last('heapLimitBytes'),
    samples,
    processes: processesApart(facts.latest?.processes ?? [], facts.hasEngine, facts.engine?.pid),
    jobPeakBytes: null,
  }
}

/** The heaviest stack of a profile that a function is on. */
function stackOf(
  facts: RunFacts,
  file: string | null,
  types: readonly string[],
  wanted: { readonly function: string; readonly file: string } | undefined,
): string | null {
  if (file === null || !wanted) return null
  return read(facts, file, (profile) => stackInProfile(profile, types, wanted))
}

/** The one frame that is known of who took an engine's memory. */
function placeStack(place: PythonFrame | null): string | null {
  return place && pythonStack([place])
}

function allocatorsOf(facts: RunFacts, { files }: StoredSet): Incident['topAllocators'] {
  return files.space === null
    ? []
    : (read(facts, files.space, (profile) => topAllocators(profile, facts)) ?? [])
}

/** Reads a profile; one that cannot be read must not keep a death from being recorded. */
function read<Result>(
  { profilesFolder }: RunFacts,
  file: string,
  use: (profile: ReturnType<typeof readPprofFile>) => Result,
): Result | null {
  try {
    return use(readPprofFile(path.join(profilesFolder, file)))
  } catch {
    return null
  }
}
