import { channel } from 'node:diagnostics_channel'
import type { Tracer } from 'dd-trace'
import type { EngineConfig } from '../../../common/engine/config'
import type { PackImport } from '../../../common/engine/pack-import'
import { describeCost, describePackCosts } from '../../../common/output/pack-costs'
import { type EngineNews, RUNNER_NEWS } from '../../../common/protocol/runner-channel'
import type { EngineRecorder } from '../../../common/storage/engine-record'
import { pythonProfileEvent } from '../../../common/tracing/dd-trace/profile-event'
import { sayProfilesWritten } from '../../process/written-profiles'
import { profiledRun } from '../../profiler'
import { ProfileFiles } from '../../profiler/profile-files'
import { HealthWatch } from '../health/health-watch'
import type { ReturningJobs, SubmissionApi } from '../returning-jobs'
import { HeldJobs } from './held-jobs'
import { MemoryNews } from './memory-news'
import type { ProbeMessage, ProbeMessageOf } from './messages'
import { PackImports } from './pack-imports'
import { installProbe } from './probe-files'
import { ProbeJobs } from './probe-jobs'
import { ProbeSocket } from './probe-socket'
import { PythonProfiler, TOLD_EVERY_S } from './python-profiler'

/** Without these nothing can be said of jobs, and the API is asked instead. */
const NEEDED_HOOKS = ['PromptQueue.put', 'PromptQueue.get', 'PromptQueue.task_done'] as const

export interface EngineProbeOptions {
  /** The folder that the probe is written to: `<user data>/studio-monitor/engine-probe`. */
  readonly folder: string
  readonly tracer: Tracer | null
  readonly profiling: EngineConfig['profiling']
  /** One line for the log. */
  readonly say: (line: string) => void
  /** Jobs that come from the engine before; `null` where none does. */
  readonly returning: ReturningJobs | null
  /** True to have it say what makes a job big. */
  readonly foresees: boolean
  /** True to have it ask before each job begins. */
  readonly holds: boolean
  readonly api: SubmissionApi
  /** Called with what a spare of the engine has to import, each time it is ready; `null` where there is to be none. */
  readonly onModules: ((engine: ProbeMessageOf<'hello'>, loaded: ProbeMessageOf<'modules'>) => void) | null
  /** The engine has started itself again, in its own process. */
  readonly onRestart: () => void
  /** The engine waits for its end, to be replaced. */
  readonly onLeaving: () => void
}

/** The runner's end of the probe inside the engine. */
export class EngineProbe {
  readonly jobs: ProbeJobs
  readonly health: HealthWatch
  /** For the engine's process. */
  readonly environment: Readonly<Record<string, string>>
  readonly #options: EngineProbeOptions
  readonly #socket: ProbeSocket
  readonly #memory = new MemoryNews()
  readonly #imports = new PackImports()
  readonly #profiler: PythonProfiler | null
  readonly #held: HeldJobs
  #engine: ProbeMessageOf<'hello'> | null = null
  #speaks = false
  #recorder: EngineRecorder | null = null
  #missing: string[] | null = null
  #packs: PackImport[] | null = null

  private constructor(options: EngineProbeOptions, socket: ProbeSocket) {
    this.#options = options
    this.jobs = new ProbeJobs(options)
    this.health = new HealthWatch({ say: options.say })
    this.#socket = socket
    this.#profiler = this.#profilerOf(options)
    this.#held = new HeldJobs({
      contextOf: (job) => this.jobs.waitingContext(job),
      canReturn: () => this.jobs.canReturn,
      send: (line) => socket.send(line),
    })
    this.environment = {
      STUDIO_PROBE_SOCKET: this.#socket.address,
      STUDIO_PROBE_TOKEN: this.#socket.token,
      ...(options.returning && { STUDIO_PROBE_CARRIED: 'true' }),
      ...(options.onModules && { STUDIO_PROBE_TELLS_MODULES: 'true' }),
      ...(options.foresees && { STUDIO_PROBE_NEEDS: 'true' }),
      ...(options.holds && { STUDIO_PROBE_HOLDS: 'true' }),
      ...(options.profiling && {
        STUDIO_PROBE_PROFILE_SECONDS: String(Math.min(TOLD_EVERY_S, options.profiling.periodMs / 1_000)),
      }),
    }
  }

  /** @throws where the probe cannot be written, or nothing can listen for it */
  static async install(options: EngineProbeOptions): Promise<EngineProbe> {
    installProbe(options.folder)
    let probe: EngineProbe | null = null
    const socket = await ProbeSocket.open({
      folder: options.folder,
      onMessage: (message) => probe?.onMessage(message),
      onWatchdog: (text) => probe?.health.onWatchdog(text),
      onClosed: () => probe?.health.onClosed(),
    })
    probe = new EngineProbe(options, socket)
    return probe
  }

  /** The first folder on the engine's `PYTHONPATH`. */
  get folder(): string {
    return this.#options.folder
  }

  /** True where the engine says by itself what becomes of its jobs. */
  get speaks(): boolean {
    return this.#speaks
  }

  /** The engine's process, once it has said so itself: a wrapper may stand between. */
  get pid(): number | null {
    return this.#engine?.pid ?? null
  }

  /** Reads what an engine that has ended has said, to the end, and writes its last profile. */
  async drain(): Promise<void> {
    await this.#socket.drain()
    this.#memory.finish()
    this.#profiler?.finish()
  }

  close(): void {
    this.health.stop()
    this.#held.close()
    this.#socket.close()
  }

  /** Writes down from here on what the engine says of itself. */
  record(recorder: EngineRecorder): void {
    this.#recorder = recorder
    this.#writeDown()
  }

  #writeDown(): void {
    const { python = null, executable = null, ddtrace = null } = this.#engine ?? {}
    if (this.#engine)
      this.#recorder?.add({ python, executable, ddtrace, missingHooks: this.#missing, packs: this.#packs })
  }

  onMessage(message: ProbeMessage): void {
    this.#memory.hear(message)
    this.health.onMessage(message)
    const packs = this.#imports.hear(message)
    if (packs !== null) this.#onPacks(packs)
    switch (message.type) {
      case 'hello':
        this.#onHello(message)
        break
      case 'hooks':
        this.#onHooks(message)
        break
      case 'pack':
        this.#onPack(message)
        break
      case 'rejected':
        this.#options.say(describeRejection(message))
        break
      case 'trouble':
        this.#options.say(
          `the engine's probe: ${message.what ?? 'something'} failed: ${message.error ?? 'no reason given'}`,
        )
        break
      case 'asks':
        this.#held.ask(message)
        break
      case 'leaving':
        this.#options.onLeaving()
        break
      case 'modules':
        if (this.#engine) this.#options.onModules?.(this.#engine, message)
        break
      case 'profile':
        this.#profiler?.take(message)
        break
      case 'dropped':
        this.#options.say(
          `${message.count} messages of the engine's probe were dropped: it says more than can be read`,
        )
        break
      default:
        if (this.#speaks) this.jobs.apply(message)
    }
  }

  #onHello(hello: ProbeMessageOf<'hello'>): void {
    if (this.#engine !== null) {
      this.#options.say('the engine restarts itself')
      this.jobs.restarted()
      this.#options.onRestart()
      this.#profiler?.restarted()
    }
    this.#engine = hello
    this.#missing = this.#packs = null
    this.#writeDown()
    this.#options.say(`the engine says what it does: Python ${hello.python}, process ${hello.pid}`)
  }

  #profilerOf({ profiling, tracer, say }: EngineProbeOptions): PythonProfiler | null {
    if (profiling === null) return null
    const { folder, periodMs } = profiling
    let files: ProfileFiles | null = null
    return new PythonProfiler({
      // Once the engine has said which Python it is.
      files: () => {
        const { pid = 0, python = null } = this.#engine ?? {}
        files ??= new ProfileFiles(
          folder,
          profiledRun(Date.now()),
          pythonProfileEvent(tracer, { pid, python, periodMs }),
        )
        return files
      },
      spans: this.jobs.spans,
      periodMs,
      written: sayProfilesWritten,
      say,
      now: Date.now,
    })
  }

  #onHooks({ module, found, missing }: ProbeMessageOf<'hooks'>): void {
    this.#missing = [...(this.#missing ?? []), ...missing]
    this.#writeDown()
    const lacks = module === 'execution' ? NEEDED_HOOKS.filter((name) => !found.includes(name)) : []
    if (missing.length > 0)
      this.#options.say(
        `this engine has no ${missing.join(', ')}: ${lacks.length > 0 ? 'its API is asked for its jobs instead' : 'the rest is observed'}`,
      )
    if (module === 'execution' && lacks.length === 0) this.#speaks = true
  }

  #onPack({ pack, ms, bytes, ok }: ProbeMessageOf<'pack'>): void {
    const cost = describeCost([{ ms, bytes }])
    this.#options.say(
      ok ? `custom_nodes/${pack} took ${cost} to load` : `custom_nodes/${pack} did not load (${cost})`,
    )
  }

  /** The engine is ready: all packs have been imported. */
  #onPacks(packs: PackImport[]): void {
    this.#packs = packs
    this.#writeDown()
    this.#options.say(describePackCosts(packs))
    const news: EngineNews = { type: 'engine-packs', packs }
    channel(RUNNER_NEWS).publish(news)
  }
}

function describeRejection({ error, nodes }: ProbeMessageOf<'rejected'>): string {
  const where = nodes?.length ? `, nodes at fault: ${nodes.length}` : ''
  return `the engine rejected a workflow (${error ?? 'no reason given'}${where})`
}
