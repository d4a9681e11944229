import { setTimeout as sleep } from 'node:timers/promises'
import { powerMonitor } from 'electron'
import type { Consent } from '../../../common/privacy/consent'
import { STARTUP_DEFERRAL_MS } from '../../../common/process/startup-deferral'
import type { EngineSpareStatus } from '../../../common/protocol/engine-spare'
import type { EngineUnresponsive } from '../../../common/protocol/engine-unresponsive'
import type { Verdict } from '../../../common/protocol/job-turn'
import type { BackendMessage } from '../../../common/protocol/messages'
import type { HeapSample } from '../../../common/protocol/profile-set'
import { errorMessage } from '../../../common/storage/errors'
import type { Tags } from '../../../common/tracing/app-tags'
import type { CrashDumps } from '../../backend/crashes/crash-dumps'
import { explainExit } from '../../backend/exit-cause'
import type { ExitObservation } from '../../backend/exit-observation'
import type { ForkedProcess } from '../../backend/forked-process'
import { describeSurvivors, killTree, type TreeEnd } from '../../backend/kill-tree'
import { launchFailure } from '../../backend/launch-failure'
import { engineMemoryAtExit, memoryAtExit } from '../../backend/memory-at-exit'
import { BackendProcess, type BackendProcessOptions, type IdleRunner } from '../../backend/process'
import { Responsiveness } from '../../backend/responsiveness'
import type { BackendRun } from '../../backend/supervisor'
import type { Log } from '../../logging/log'
import type { LatestMemory } from '../../memory/memory-watch'
import type { RunFacts } from '../../records/incidents/run-evidence'
import { endOrphans, killEngine } from './end-tree'
import { InstanceMemory } from './instance-memory'

const CHECK_MS = 1_000
/** Time for the last output to be read of a backend that has died, with all that could write there, in milliseconds. */
const OUTPUT_MS = 1_000
/** Time for a runner without an engine to exit, in milliseconds: its last spans are sent before. */
const DISMISS_MS = 2_000

export interface BackendInstanceOptions extends Omit<BackendProcessOptions, 'onMessage' | 'now'> {
  /** The memory limit in bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** True if the backend runs Studio's engine: then the GPUs are watched too. */
  readonly hasEngine: boolean
  /** A runner that has outlived its engine, and starts the next one; `null` for a process of its own. */
  readonly idleRunner: IdleRunner | null
  /** A process that was forked before; `null` where it is to be forked, and with an idle runner. */
  readonly forked: ForkedProcess | null
  readonly onMessage: (message: BackendMessage) => void
  /** How many of its jobs run. */
  readonly runningJobs: () => number
  /** The last lines of its stdout and stderr, scrubbed; once it is over, the unfinished one too. */
  readonly lastWords: (isOver: boolean) => readonly string[]
  /** The profiler thread's last reading of the heap before it was full. */
  readonly lastHeap: (run: string) => HeapSample | null
  /** Called when the backend is unresponsive, with the time since its last heartbeat in milliseconds. */
  readonly onUnresponsive: (run: BackendInstance, unresponsiveMs: number) => void
  /** Called when the engine that the backend runs is unresponsive; with `isNew` false where that has been told. */
  readonly onEngineUnresponsive: (run: BackendInstance, found: EngineUnresponsive, isNew: boolean) => void
  /** The minidumps of crashed backends. */
  readonly crashes: Pick<CrashDumps, 'find'>
  readonly log: Log
}

/** One run of the backend, watched from its fork to its exit: its memory, its heartbeat, its children. */
export class BackendInstance implements BackendRun {
  readonly exited: Promise<ExitObservation>

  readonly #options: BackendInstanceOptions
  readonly #process: BackendProcess
  readonly #memory: InstanceMemory
  readonly #responsiveness = new Responsiveness(performance.now())
  readonly #checking: NodeJS.Timeout
  readonly #beginning: NodeJS.Timeout
  #stopFollowingSleep: () => void = () => {}
  #profiledRun: string | null = null
  #runtimeId: string | null = null
  #lastBeat: HeapSample | null = null
  #engineFound: EngineUnresponsive | null = null
  #isLoaded = false
  #hadJobs = false
  #ending = false
  #treeEnding: Promise<TreeEnd | null> | null = null
  #survivors: string | null = null
  #mayEngineSend = false
  #engineSpare: EngineSpareStatus = { pid: null, residentBytes: null, why: null }

  constructor(options: BackendInstanceOptions) {
    this.#options = options
    this.#process = new BackendProcess(
      {
        ...options,
        onMessage: (message) => this.#onMessage(message),
        onFlood: (type) =>
          options.log.warn(
            `the backend's process sends more "${type}" messages than the monitor's part of it does: those of the next seconds are dropped`,
          ),
        now: () => performance.now(),
      },
      options.idleRunner,
      options.forked,
    )
    this.#memory = new InstanceMemory({
      ...options,
      onPressure: (usedBytes, limitBytes) =>
        this.#process.send({ type: 'memory-pressure', usedBytes, limitBytes }),
      onExceeded: () => this.killTree('memory-limit'),
    })
    this.#process.started.then((pid) => this.#memory.watch(pid))
    this.#checking = setInterval(() => this.#check(), CHECK_MS)
    this.#beginning = setTimeout(() => this.#followSleep(), STARTUP_DEFERRAL_MS)
    this.exited = this.#process.exited
      .then((evidence) => this.#end(evidence))
      .catch((error: unknown) => launchFailure(error))
  }

  get pid(): number | null {
    return this.#process.pid
  }

  get ready(): Promise<void> {
    return this.#process.ready
  }

  /** The keys of the jobs that a runner, which has outlived its engine, keeps for the next one. */
  get kept(): readonly number[] {
    return this.#process.kept
  }

  /** The runner, where it has outlived its engine. */
  get idleRunner(): IdleRunner | null {
    return this.#process.idle
  }

  /**
   * Ends a runner that has outlived its engine and is to start no other.
   * @param isLoss whether the jobs that it keeps are on record as lost: their spans are then not its own to send
   */
  async dismissRunner(isLoss: boolean): Promise<void> {
    if (!this.#process.idle) return
    this.#process.send({ type: 'dismiss', isLoss })
    const isGone = await Promise.race([this.#process.gone.then(() => true), sleep(DISMISS_MS, false)])
    if (!isGone) this.#process.kill()
  }

  /** How the engine's spare stands, as it was told last; its process once it waits. */
  get engineSpare(): EngineSpareStatus {
    return this.#engineSpare
  }

  /** True if a tracer of its own may be in the engine, which sends by itself. */
  get mayEngineSend(): boolean {
    return this.#mayEngineSend
  }

  tellTags(tags: Tags): void {
    this.#process.send({ type: 'app-tags', tags })
  }

  /** True while the engine that it runs is unresponsive. */
  get isEngineUnresponsive(): boolean {
    return this.#engineFound !== null
  }

  tellConsent(consent: Consent): void {
    this.#process.send({ type: 'consent', consent })
  }

  expectExit(intent: NonNullable<ExitObservation['intent']>): void {
    this.#process.expectExit(intent)
  }

  requestStop(): void {
    this.#process.requestStop()
  }

  terminate(): void {
    this.#process.terminate()
  }

  kill(): void {
    this.#process.kill()
  }

  postMessage(...message: Parameters<BackendProcess['postMessage']>): void {
    this.#process.postMessage(...message)
  }

  /** The evidence of this run, for an incident of it. */
  facts(): Omit<RunFacts, 'at' | 'memoryLimitBytes' | 'store' | 'profilesFolder' | 'projectRoot'> {
    return {
      run: this.#profiledRun,
      heardAt: this.#lastBeat?.at ?? null,
      timeline: this.#memory.timeline,
      latest: this.held(),
      hasEngine: this.#options.hasEngine,
      engine: this.#memory.engine,
      isProfiled: this.#options.profiling !== null,
      oomScore: this.#memory.oomScore,
      survivors: this.#survivors,
      unresponsive: this.#engineFound,
      runtimeId: this.#runtimeId,
      lastWords: this.#options.lastWords(false),
      heapLimitBytes: this.#options.hasEngine ? null : this.#options.heapLimitBytes,
      isLoaded: this.#isLoaded,
      hadJobs: this.#hadJobs,
    }
  }

  /** The current memory of the run; `null` before the first reading. */
  memory(): (LatestMemory & { readonly growth: number }) | null {
    return this.#memory.latest()
  }

  /** The memory that the processes of the run hold, as last read or, of an engine, told; `null` before the first reading. */
  held(): LatestMemory | null {
    return this.#memory.held()
  }

  /** Says what a job that runs was expected to need when it began, in bytes; for its span. */
  tellForecast(forecast: { key: number; expectedBytes: number; freeBytes: number }): void {
    this.#process.send({ type: 'job-forecast', ...forecast })
  }

  /** Says what is done about a job whose turn it is. */
  tellVerdict(turn: number, verdict: Verdict): void {
    this.#process.send({ type: 'job-verdict', turn, verdict })
  }

  /** The engine's own process; `null` for a backend without one, or where nothing has told it. */
  get enginePid(): number | null {
    return this.#memory.engine?.pid ?? null
  }

  /** Kills the backend and all its descendants, for a reason that its incident will state. */
  killTree(intent: 'memory-limit' | 'unresponsive'): void {
    if (this.#ending) return
    this.#ending = true
    // The last reading is why it is ended: a tree that is being ended tells of that no more.
    this.#memory.stopWatching()
    this.#process.expectExit(intent)
    const { tree } = this.#memory
    if (!tree) this.#process.kill()
    else if (!this.#options.hasEngine) this.#treeEnding = killTree({ tree })
    else this.#treeEnding = killEngine(tree, this.pid, this.#process.exited)
  }

  #onMessage(message: BackendMessage): void {
    if (message.type === 'booted') {
      this.#profiledRun = message.run
      this.#runtimeId = message.runtimeId
    }
    if (message.type === 'heartbeat') this.#onHeartbeat(message)
    if (message.type === 'ready') this.#isLoaded = true
    if (message.type === 'job-started') this.#hadJobs = true
    if (message.type === 'engine-tracer') this.#mayEngineSend = message.maySend
    if (message.type === 'engine-spare') this.#onEngineSpare(message)
    if (message.type === 'engine-memory') this.#memory.engineTold(message)
    if (message.type === 'engine-unresponsive') this.#onEngineUnresponsive(message)
    if (message.type === 'engine-responsive') {
      this.#engineFound = null
      this.#options.log.info('the engine is responsive again')
    }
    this.#options.onMessage(message)
  }

  #onHeartbeat(beat: Extract<BackendMessage, { type: 'heartbeat' }>): void {
    const { heapUsedBytes, heapLimitBytes, externalBytes } = beat
    const at = Date.now()
    this.#lastBeat = { at, usedBytes: heapUsedBytes, limitBytes: heapLimitBytes }
    this.#memory.heap({ ...this.#lastBeat, externalBytes })
    if (this.#responsiveness.beat(performance.now()))
      this.#options.log.info('the backend is responsive again')
  }

  #onEngineSpare({ pid, residentBytes, why }: EngineSpareStatus): void {
    this.#memory.spare(pid)
    this.#engineSpare = { pid: residentBytes === null ? null : pid, residentBytes, why }
  }

  #onEngineUnresponsive(found: EngineUnresponsive): void {
    if (this.#ending) return
    const isNew = this.#engineFound?.kind !== found.kind
    this.#engineFound = found
    this.#options.onEngineUnresponsive(this, found, isNew)
  }

  /** Follows the computer's sleep: Electron loads its power monitor when it is first used. */
  #followSleep(): void {
    const onResume = () => this.#responsiveness.resume(performance.now())
    powerMonitor.on('resume', onResume)
    this.#stopFollowingSleep = () => powerMonitor.off('resume', onResume)
  }

  #check(): void {
    if (this.#ending || this.#responsiveness.check(performance.now()) === null) return
    this.#options.onUnresponsive(this, this.#responsiveness.unresponsiveMs(performance.now()))
  }

  async #end(evidence: ExitObservation): Promise<ExitObservation> {
    clearInterval(this.#checking)
    clearTimeout(this.#beginning)
    this.#stopFollowingSleep()
    this.#memory.stop()
    const runningJobs = this.#options.hasEngine ? this.#options.runningJobs() : 0
    const treeEnding = this.#treeEnding ?? this.#endOrphans({ ...evidence, runningJobs })
    // The cause of the death holds, whatever becomes of the rest.
    const end = await treeEnding.catch((error: unknown) => {
      this.#options.log.warn("the backend's child processes cannot be killed", { error: errorMessage(error) })
      return null
    })
    const survivors = end && describeSurvivors(end)
    if (survivors !== null) {
      this.#survivors = `its processes ${survivors}`
      this.#options.log.error(`the backend's processes ${survivors}`)
    }
    const isAsked = evidence.intent === 'stop'
    const stderrTail = isAsked ? evidence.stderrTail : await this.#process.lastStderr(OUTPUT_MS)
    const lastWords = this.#options.lastWords(true)
    const crash = evidence.gone && this.#crash(evidence)
    return { ...evidence, stderrTail, lastWords, crash, memory: this.#lastMemory(), runningJobs }
  }

  /** `null` where it was killed, or ended itself: there is no minidump of that. */
  #crash({ gone, pid, uptimeMs, endedAt }: ExitObservation): ExitObservation['crash'] {
    if (!gone || gone.reason === 'killed' || pid === null || endedAt === null) return null
    return this.#options.crashes.find(pid, endedAt - uptimeMs)
  }

  #endOrphans(evidence: ExitObservation): Promise<TreeEnd | null> {
    const wasWanted = explainExit(evidence) === null
    const tree = wasWanted ? this.#memory.treeToEnd : this.#memory.tree
    return endOrphans(tree, this.#process.idle ? this.pid : null)
  }

  #lastMemory(): ExitObservation['memory'] {
    const seen = this.#profiledRun === null ? null : this.#options.lastHeap(this.#profiledRun)
    const now = Date.now()
    if (this.#options.hasEngine) return engineMemoryAtExit(this.held(), now)
    return memoryAtExit({ seen, told: this.#lastBeat, latest: this.held(), now })
  }
}
