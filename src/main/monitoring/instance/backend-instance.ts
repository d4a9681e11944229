import os from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { powerMonitor } from 'electron'
import { size } from '../../../common/output/units'
import type { Consent } from '../../../common/privacy/consent'
import { sessionOf } from '../../../common/process/proc'
import type { TreeReader } from '../../../common/process/process-tree'
import { STARTUP_DEFERRAL_MS } from '../../../common/process/startup-deferral'
import type { EngineMemory } from '../../../common/protocol/engine-memory'
import type { EngineUnresponsive } from '../../../common/protocol/engine-unresponsive'
import type { Verdict } from '../../../common/protocol/job-turn'
import { BACKEND_MARKER, type BackendMessage } from '../../../common/protocol/messages'
import type { HeapSample } from '../../../common/protocol/profile-set'
import { errorMessage } from '../../../common/storage/errors'
import type { Tags } from '../../../common/tracing/app-tags'
import type { CrashDumps } from '../../backend/crashes/crash-dumps'
import { withoutDetached } from '../../backend/detached'
import { explainExit } from '../../backend/exit-cause'
import type { ExitObservation } from '../../backend/exit-observation'
import { describeSurvivors, killTree, type TreeEnd } from '../../backend/kill-tree'
import { launchFailure } from '../../backend/launch-failure'
import { engineMemoryAtExit, memoryAtExit } from '../../backend/memory-at-exit'
import { BackendProcess, type BackendProcessOptions, type IdleRunner } from '../../backend/process'
import { Responsiveness } from '../../backend/responsiveness'
import type { BackendRun } from '../../backend/supervisor'
import { withoutRoot } from '../../backend/without-root'
import type { Log } from '../../logging/log'
import { findEngine, withEngineMemory } from '../../memory/engine-process'
import { type GpuMemory, GpuWatch } from '../../memory/gpu-memory'
import { type LatestMemory, MemoryWatch, type WatchSample } from '../../memory/memory-watch'
import { describeOomScore, type OomScoreResult, raiseOomScore } from '../../memory/oom-score'
import { FIRST_READING_MS, openTree, whileItLives } from '../../memory/open-tree'
import { MemoryTimeline } from '../../memory/timeline'
import type { RunFacts } from '../../records/incidents/run-evidence'

const CHECK_MS = 1_000
/** Time for the last output to be read of a backend that has died, with all that could write there, in milliseconds. */
const OUTPUT_MS = 1_000
/** Time for a runner to follow its killed engine, or to tell that it has not, in milliseconds. */
const FOLLOWS_MS = 3_000
/** Time for a runner without an engine to exit, in milliseconds: its last spans are sent before. */
const DISMISS_MS = 2_000

export interface BackendInstanceOptions extends Omit<BackendProcessOptions, 'onMessage' | 'now'> {
  /** The memory limit in bytes; `null` when off. */
  readonly memoryLimitBytes: number | null
  /** True if the backend runs Studio's engine: then the GPUs are watched too. */
  readonly hasEngine: boolean
  /** A runner that has outlived its engine, and starts the next one; `null` for a process of its own. */
  readonly idleRunner: IdleRunner | null
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
  readonly #timeline = new MemoryTimeline()
  readonly #responsiveness = new Responsiveness(performance.now())
  readonly #checking: NodeJS.Timeout
  readonly #beginning: NodeJS.Timeout
  #stopFollowingSleep: () => void = () => {}
  #tree: TreeReader | null = null
  #session: number | null = null
  #memory: MemoryWatch | null = null
  readonly #gpus: GpuWatch | null
  #profiledRun: string | null = null
  #runtimeId: string | null = null
  #lastBeat: HeapSample | null = null
  #engineFound: EngineUnresponsive | null = null
  #isLoaded = false
  #hadJobs = false
  #ending = false
  #treeEnding: Promise<TreeEnd | null> | null = null
  #oomScore: OomScoreResult | null = null
  #survivors: string | null = null
  #engine: EngineMemory | null = null
  #mayEngineSend = false

  constructor(options: BackendInstanceOptions) {
    this.#options = options
    this.#process = new BackendProcess(
      {
        ...options,
        onMessage: (message) => this.#onMessage(message),
        now: () => performance.now(),
      },
      options.idleRunner,
    )
    this.#process.started.then((pid) => this.#watchMemory(pid))
    const onReading = ({ usedBytes, totalBytes }: GpuMemory) =>
      this.#timeline.add({ at: Date.now(), gpuUsedBytes: usedBytes, gpuTotalBytes: totalBytes })
    this.#gpus = options.hasEngine ? new GpuWatch({ onReading }) : null
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
      timeline: this.#timeline,
      latest: this.held(),
      hasEngine: this.#options.hasEngine,
      engine: this.#engine,
      isProfiled: this.#options.profiling !== null,
      oomScore: this.#oomScore && describeOomScore(this.#oomScore),
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
    const latest = this.#memory?.latest()
    return this.#memory && latest ? { ...latest, growth: this.#memory.growth } : null
  }

  /** The memory that the processes of the run hold, as last read or, of an engine, told; `null` before the first reading. */
  held(): LatestMemory | null {
    return withEngineMemory(this.#memory?.latest() ?? null, this.#engine)
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
    return this.#engine?.pid ?? null
  }

  /** Kills the backend and all its descendants, for a reason that its incident will state. */
  killTree(intent: 'memory-limit' | 'unresponsive'): void {
    if (this.#ending) return
    this.#ending = true
    // The last reading is why it is ended: a tree that is being ended tells of that no more.
    this.#memory?.stop()
    this.#process.expectExit(intent)
    if (!this.#tree) this.#process.kill()
    else this.#treeEnding = this.#killTree(this.#tree)
  }

  /** An engine is killed without its runner, which may keep jobs for the next one, and ends by itself else. */
  async #killTree(tree: TreeReader): Promise<TreeEnd> {
    if (!this.#options.hasEngine) return killTree({ tree })
    const end = await killTree({ tree: withoutRoot(tree, this.pid) })
    const hasEnded = await Promise.race([this.#process.exited.then(() => true), sleep(FOLLOWS_MS, false)])
    return hasEnded ? end : killTree({ tree })
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
    if (message.type === 'engine-memory') this.#onEngineMemory(message)
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
    const figures = { at, heapUsedBytes, heapLimitBytes, externalBytes }
    const isRunner = this.#options.hasEngine
    // The heap of an engine's runner says nothing of the engine.
    if (this.#memory && !isRunner) this.#memory.heapSample(figures)
    else if (!isRunner) this.#timeline.add(figures)
    this.#lastBeat = { at, usedBytes: heapUsedBytes, limitBytes: heapLimitBytes }
    if (this.#responsiveness.beat(performance.now()))
      this.#options.log.info('the backend is responsive again')
  }

  #onEngineMemory(memory: EngineMemory): void {
    this.#engine = memory
    const latest = withEngineMemory(this.#memory?.latest() ?? null, memory)
    if (latest?.at === memory.at) this.#timeline.add({ at: memory.at, treeRssBytes: latest.treeRssBytes })
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

  #watchMemory(pid: number): void {
    const { marker, memoryLimitBytes: limitBytes, log } = this.#options
    this.#raiseOomScore(pid)
    this.#tree = openTree(pid, `${BACKEND_MARKER}=${marker}`)
    this.#session = sessionOf(pid)
    this.#memory = new MemoryWatch({
      tree: whileItLives(this.#tree, pid),
      limitBytes,
      timeline: this.#timeline,
      firstAfterMs: FIRST_READING_MS,
      systemUsed: () => os.totalmem() - os.freemem(),
      ...(this.#options.hasEngine && {
        lives: (processes) => findEngine(processes, this.#engine?.pid ?? null) !== null,
      }),
      log,
      onPressure: (sample) => this.#onPressure(sample),
      onExceeded: ({ countedBytes }) => {
        log.error(
          `memory limit exceeded (${size(countedBytes)} of ${size(limitBytes ?? 0)}): stopping the backend`,
        )
        this.killTree('memory-limit')
      },
      onGrowth: ({ bytesPerSecond, reachesLimitInMs }) => {
        const when =
          reachesLimitInMs === null ? '' : `: at its limit in ${Math.round(reachesLimitInMs / 60_000)} min`
        log.warn(`the backend's memory grows steadily, by ${size(bytesPerSecond * 60)} a minute${when}`)
      },
    })
  }

  #raiseOomScore(pid: number): void {
    this.#oomScore = raiseOomScore(pid)
    const words = describeOomScore(this.#oomScore)
    if (words === null) return
    if (this.#oomScore.outcome === 'refused') this.#options.log.warn(words)
    else this.#options.log.debug(words)
  }

  #onPressure({ countedBytes }: WatchSample): void {
    const { memoryLimitBytes, log } = this.#options
    if (memoryLimitBytes === null) return
    log.warn(`memory is short: the backend uses ${size(countedBytes)} of ${size(memoryLimitBytes)}`)
    this.#process.send({ type: 'memory-pressure', usedBytes: countedBytes, limitBytes: memoryLimitBytes })
  }

  async #end(evidence: ExitObservation): Promise<ExitObservation> {
    clearInterval(this.#checking)
    clearTimeout(this.#beginning)
    this.#stopFollowingSleep()
    this.#memory?.stop()
    this.#gpus?.stop()
    const runningJobs = this.#options.hasEngine ? this.#options.runningJobs() : 0
    const treeEnding =
      this.#treeEnding ?? this.#endOrphans(explainExit({ ...evidence, runningJobs }) === null)
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

  /** Children of a dead backend would hold its port and its memory against the next one. */
  async #endOrphans(wanted: boolean): Promise<TreeEnd | null> {
    if (!this.#tree) return null
    const all = wanted ? withoutDetached(this.#tree, this.#session) : this.#tree
    const tree = this.#process.idle ? withoutRoot(all, this.pid) : all
    const left = await tree.read()
    return left && left.processes.length > 0 ? killTree({ tree }) : null
  }

  #lastMemory(): ExitObservation['memory'] {
    const seen = this.#profiledRun === null ? null : this.#options.lastHeap(this.#profiledRun)
    const now = Date.now()
    if (this.#options.hasEngine) return engineMemoryAtExit(this.held(), now)
    return memoryAtExit({ seen, told: this.#lastBeat, latest: this.held(), now })
  }
}
