import { describeNode } from '../../../common/engine/engine-node'
import type { PythonStack } from '../../../common/engine/python-stack'
import type { EngineUnresponsive, UnresponsiveKind } from '../../../common/protocol/engine-unresponsive'
import { UNRESPONSIVE_AFTER_MS } from '../../../common/protocol/heartbeat'
import type { EngineHealthNews } from '../../../common/protocol/runner-channel'
import type { ProbeMessage, ProbeMessageOf } from '../probe-link/messages'
import { parseStacks, WatchdogText, withoutProbe } from './faulthandler'
import { describePlace, MAIN, placeIn, type StuckPlace, stuckPlaces, WORKER } from './stuck-place'

/** Grace from its first request for a job on, in milliseconds, as a backend in JavaScript has it. */
const START_GRACE_MS = 20_000
/**
 * Time for an engine that loads a model, in milliseconds: 40 GB, as the largest have, come from a hard disk at 100 MB/s in
 * seven minutes.
 */
export const LOADING_MS = 10 * 60_000
/** Delay of a check, in milliseconds, that means that the computer slept, or this process. */
const SLEPT_MS = 5_000

/** Time without a further part after which a dump is whole, in milliseconds: a busy machine takes a while between two. */
const DUMP_SETTLES_MS = 500
/** Stacks come with the next beat after the end of a worker. */
const STACKS_WITHIN_MS = 3_000

interface Trouble {
  readonly kind: UnresponsiveKind
  readonly sinceMs: number
}

/**
 * Judges by what the probe says, and no longer says, whether the engine is responsive: pure, with a monotonic clock in
 * milliseconds passed in. An engine that starts is not judged: nobody knows how long its packs take to load.
 */
export class EngineHealth {
  readonly #watchdog = new WatchdogText()
  readonly #names = new Map<string, string>()
  /** True where a thread of C writes stacks also while the lock is held. */
  #hasWatchdog = false
  #readyAt: number | null = null
  #heardAt: number
  #dumpAt = Number.NEGATIVE_INFINITY
  /** When the last part of a dump came. */
  #dumpGrewAt = Number.NEGATIVE_INFINITY
  #checkedAt: number
  #isClosed = false
  #loop: { readonly delayMs: number; readonly at: number } | null = null
  #loopStacks: readonly PythonStack[] = []
  #death: { readonly at: number; readonly words: string; stacks: readonly PythonStack[] } | null = null
  #node: EngineUnresponsive['node'] = null
  /** The one that began last, over or not: a worker that dies in a node ends it first. */
  #lastNode: EngineUnresponsive['node'] = null
  #told: { readonly kind: UnresponsiveKind; isDue: boolean } | null = null

  constructor(now: number) {
    this.#heardAt = now
    this.#checkedAt = now
  }

  /** Takes a message of the probe's. */
  onMessage(message: ProbeMessage, now: number): void {
    this.#heardAt = now
    switch (message.type) {
      case 'hello':
        this.#begin()
        break
      case 'ready':
        this.#readyAt = now
        if (message.worker !== null) this.#names.set(message.worker, WORKER)
        if (message.main !== null) this.#names.set(message.main, MAIN)
        break
      case 'beat':
        this.#loop = message.loopDelayMs === null ? null : { delayMs: message.loopDelayMs, at: now }
        break
      case 'node':
        this.#node = { id: message.id, type: message.class, pack: message.pack }
        this.#lastNode = this.#node
        break
      case 'node-end':
      case 'ended':
        this.#node = null
        break
      case 'stacks':
        this.#takeStacks(message)
        break
      case 'thread-died':
        if (message.worker) this.#death ??= { at: now, words: this.#describeDeath(message), stacks: [] }
    }
  }

  /** Takes what came on the watchdog's connection; nothing for the connection itself. */
  onWatchdog(text: string, now: number): void {
    this.#hasWatchdog = true
    if (text !== '') this.#dumpGrewAt = now
    if (this.#watchdog.push(text)) this.#dumpAt = now
  }

  /** Nothing more is heard until the next hello, and nothing is concluded from that. */
  onClosed(): void {
    this.#isClosed = true
  }

  /** Checks for a change; call it about once a second. */
  check(now: number): EngineHealthNews | null {
    this.#forgetSleep(now)
    if (this.#isClosed) return null
    const trouble = this.#trouble(now)
    if (trouble === null) {
      const told = this.#told
      this.#told = null
      return told === null ? null : { type: 'engine-responsive' }
    }
    // Of a dump that still comes the main thread is the last part.
    const isWhole = trouble.kind !== 'lock' || now - this.#dumpGrewAt >= DUMP_SETTLES_MS
    return isWhole ? this.#tell(trouble) : null
  }

  /** The time asleep does not count as unresponsive. */
  #forgetSleep(now: number): void {
    const slept = now - this.#checkedAt > SLEPT_MS
    this.#checkedAt = now
    if (!slept) return
    this.#heardAt = now
    if (this.#loop) this.#loop = { delayMs: 0, at: now }
  }

  /** The engine's process is a new one, or has replaced itself. */
  #begin(): void {
    this.#isClosed = false
    this.#readyAt = null
    this.#loop = null
    this.#loopStacks = []
    this.#death = null
    this.#node = null
    this.#lastNode = null
    this.#names.clear()
  }

  #trouble(now: number): Trouble | null {
    if (this.#readyAt === null) return null
    const judgedFrom = this.#readyAt + START_GRACE_MS - UNRESPONSIVE_AFTER_MS
    const silentMs = now - Math.max(this.#heardAt, judgedFrom)
    if (silentMs >= UNRESPONSIVE_AFTER_MS) {
      return { kind: this.#dumpAt > this.#heardAt ? 'lock' : 'silent', sinceMs: silentMs }
    }
    if (this.#death && (this.#death.stacks.length > 0 || now - this.#death.at >= STACKS_WITHIN_MS)) {
      return { kind: 'worker', sinceMs: now - this.#death.at }
    }
    const { delayMs, at } = this.#loop ?? { delayMs: 0, at: now }
    // Of a loop that stands still each beat says more than the one before.
    const blockedMs = Math.min(delayMs + (now - at), now - judgedFrom)
    return delayMs > 0 && blockedMs >= UNRESPONSIVE_AFTER_MS ? { kind: 'loop', sinceMs: blockedMs } : null
  }

  #tell({ kind, sinceMs }: Trouble): EngineHealthNews | null {
    const stacks = this.#stacksOf(kind)
    const places = this.#placesOf(kind, stacks)
    const isLoading = kind !== 'worker' && this.#loads(kind, places)
    const isRestartDue = !isLoading || sinceMs >= LOADING_MS
    const isKnown = this.#told?.kind === kind
    if (isKnown && (this.#told?.isDue || !isRestartDue)) return null
    this.#told = { kind, isDue: isRestartDue }
    const words = this.#describe(kind, Math.round(sinceMs / 1_000), places, isLoading)
    return {
      type: 'engine-unresponsive',
      kind,
      isLoading,
      unresponsiveMs: sinceMs,
      isRestartDue,
      words,
      node: kind === 'loop' ? null : kind === 'worker' ? this.#lastNode : this.#node,
      stacks: [...stacks],
    }
  }

  #stacksOf(kind: UnresponsiveKind): readonly PythonStack[] {
    if (kind === 'lock') return parseStacks(this.#watchdog.dump, this.#names)
    if (kind === 'loop') return this.#loopStacks
    return kind === 'worker' ? (this.#death?.stacks ?? []) : []
  }

  #placesOf(kind: UnresponsiveKind, stacks: readonly PythonStack[]): readonly StuckPlace[] {
    if (kind === 'lock') return stuckPlaces(stacks)
    const place = kind === 'loop' ? placeIn(stacks, MAIN) : null
    return place === null ? [] : [place]
  }

  /** Without a watchdog the place is not known, and a node that holds the lock may be loading what it needs. */
  #loads(kind: UnresponsiveKind, places: readonly StuckPlace[]): boolean {
    if (kind === 'silent' && !this.#hasWatchdog) return this.#node !== null
    const [first] = places
    return first?.isLoading === true || (kind === 'lock' && first?.thread === WORKER && this.#nodeLoads())
  }

  #nodeLoads(): boolean {
    return /load/i.test(this.#node?.type ?? '')
  }

  #describe(
    kind: UnresponsiveKind,
    seconds: number,
    [first, second]: readonly StuckPlace[],
    isLoading: boolean,
  ): string[] {
    const where = first ? describePlace(first) : null
    const node = first && first.thread !== WORKER ? '' : inNode(this.#node)
    switch (kind) {
      case 'lock':
        return [
          where === null
            ? `Python's lock has been held for ${seconds} s, and no thread shows where`
            : `${isLoading ? 'loading a model' : "holding Python's lock"} for ${seconds} s in ${where}${node}: nothing else of the engine runs meanwhile`,
          ...(second ? [`or it is held in ${describePlace(second)}, which runs as well`] : []),
        ]
      case 'loop':
        return [
          `the event loop of the engine's API has stood still for ${seconds} s${where === null ? '' : `: ${isLoading ? 'loading' : 'stuck'} in ${where}`}`,
        ]
      case 'worker':
        return [this.#death?.words ?? 'the thread that runs the engine’s jobs has ended']
      case 'silent':
        return [
          this.#hasWatchdog
            ? `nothing has been heard of the engine for ${seconds} s, and none of its threads could write its stack: its process is suspended, or the machine is short of memory or processor time`
            : `nothing has been heard of the engine for ${seconds} s: Python's lock is held, or its process is suspended${node}; where is not known on this system`,
          ...(isLoading ? ['it may be loading a model'] : []),
        ]
    }
  }

  #describeDeath({ error, thread }: ProbeMessageOf<'thread-died'>): string {
    const why = error?.name
      ? `${error.name}${error.message ? `: ${error.message}` : ''}`
      : 'its thread is gone'
    const node = inNode(this.#lastNode)
    return `the engine's prompt worker (${thread ?? 'a thread'}) has ended (${why})${node}: its API answers, and no job runs any more`
  }

  #takeStacks({ reason, threads }: ProbeMessageOf<'stacks'>): void {
    const stacks = withoutProbe(
      threads.map(({ id, name, frames }) => ({ thread: this.#names.get(id) ?? name ?? id, frames })),
    )
    if (reason === 'loop') this.#loopStacks = stacks
    if (reason === 'worker' && this.#death) this.#death.stacks = stacks
  }
}

/** A sentence's part about the node; empty without one. */
function inNode(node: EngineUnresponsive['node']): string {
  return node === null ? '' : `, in ${describeNode(node)}`
}
