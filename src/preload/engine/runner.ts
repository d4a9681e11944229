import { channel, subscribe } from 'node:diagnostics_channel'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Tracer } from 'dd-trace'
import type { EngineConfig } from '../../common/engine/config'
import { waitForFreePort } from '../../common/engine/port'
import { RUNNER_LINE } from '../../common/engine/runner-line'
import { sendGate } from '../../common/privacy/send-gate'
import { RUNNER_NEWS, type RunnerNews, START_ENGINE } from '../../common/protocol/runner-channel'
import { EngineRecorder } from '../../common/storage/engine-record'
import { appTags } from '../../common/tracing/app-tags'
import { EngineApi } from './api/engine-api'
import { EngineOutput } from './engine-output'
import { EngineProcess, type OnOutput } from './engine-process'
import { type Environment, engineEnvironment, withPythonPath } from './environment'
import { describeExit, exitCodeOf } from './exit-status'
import { freeMemoryUnderPressure } from './free-memory'
import { JobFollower } from './job-follower'
import { EngineProbe, type EngineProbeOptions } from './probe-link/engine-probe'
import type { ProbeMessageOf } from './probe-link/messages'
import { traceEngine } from './python-tracer'
import { waitUntilReady } from './readiness'
import { ReturningJobs, type WaitingJob } from './returning-jobs'
import { EngineSpare } from './spare/engine-spare'
import { type SpareOf, whyNoSpare } from './spare/spare-plan'

const NO_CONSENT =
  'nothing leaves this machine without consent; where that is given later, it is traced from its next start on'

/** Time for the pipes to the app to take the final output, in milliseconds. */
const DRAIN_MS = 500

/** Logs to stdout: stderr is left to the engine, whose final output there tells why it died. */
function say(line: string): void {
  process.stdout.write(`${RUNNER_LINE}${line}\n`)
}

/** The parts that outlive an engine: this process may run several, one after the other. */
interface Runner {
  readonly config: EngineConfig
  readonly tracer: Tracer | null
  /** Jobs on their way from one engine to the next; `null` where none comes back. */
  readonly returning: ReturningJobs | null
  readonly api: EngineApi
  /** `null` where none is asked for. */
  readonly spare: EngineSpare | null
  /** Ends the engine that runs; `null` between two. */
  stop: (() => void) | null
  /** Ends the engine that runs, for the next one; `null` between two. */
  replace: (() => void) | null
}

/**
 * Runs Studio's engine; this process exits as the engine does, unless it keeps jobs for the next one. Resolves once the
 * engine responds.
 * @throws if the engine cannot be started at all
 */
export async function runEngine(config: EngineConfig): Promise<void> {
  const tracer = openOwnTracer()
  const runner: Runner = {
    config,
    tracer,
    returning: config.resubmits ? new ReturningJobs({ say }) : null,
    api: new EngineApi(config.url),
    spare: config.standsBy && config.probeFolder !== null ? new EngineSpare({ say }) : null,
    stop: null,
    replace: null,
  }
  process.on('SIGTERM', () => {
    if (runner.stop) runner.stop()
    else process.exit(0)
  })
  subscribe(START_ENGINE, () => void runNext(runner))
  await runOne(runner)
  if (config.freesMemory) {
    freeMemoryUnderPressure({ tracer, say, free: (headers) => runner.api.free(headers) })
  }
}

/** Runs the engine after one that has ended. */
async function runNext(runner: Runner): Promise<void> {
  try {
    await runOne(runner)
    tell({ type: 'engine-ready' })
  } catch (error) {
    console.error(error)
    tell({ type: 'launch-failed', error })
    process.exit(1)
  }
}

function tell(news: RunnerNews): void {
  channel(RUNNER_NEWS).publish(news)
}

async function runOne(runner: Runner): Promise<void> {
  const { tracer, api, returning } = runner
  const { command, cwd, url, probeFolder, profiling, recordFile } = runner.config
  await waitForFreePort(new URL(url)).catch(cannotStart)
  const environment = engineEnvironment(process.env, appTags.current)

  let follower: JobFollower | null = null
  const ending = new AbortController()
  const isReady = () => waitUntilReady({ ask: () => api.listing(), say, signal: ending.signal, url })
  const submitAgain = async () => {
    if (returning && (await isReady()) !== null) await returning.submit(api, ending.signal)
  }
  let engine: EngineProcess | null = null
  let spareOf: SpareOf | null = null
  const probe =
    probeFolder === null
      ? null
      : await installedProbe({
          folder: probeFolder,
          tracer,
          profiling,
          say,
          returning,
          foresees: runner.config.foresees,
          holds: runner.config.holds,
          api,
          onModules:
            runner.spare &&
            ((hello, loaded) => {
              if (engine && spareOf) prepareSpare(runner, { hello, loaded, engine, spareOf, probeFolder })
            }),
          onRestart: () => void submitAgain(),
          onLeaving: () => {
            say('the engine is ended between two jobs, to be replaced')
            runner.replace?.()
          },
        })
  const launcher = probe && path.join(probe.folder, 'launcher.py')
  const offBecause = sendGate.isOpen ? null : NO_CONSENT
  const traced = await traceEngine({ command, cwd, environment, launcher, offBecause })
  const output = new EngineOutput(
    (action) => (probe?.speaks ? probe : follower)?.jobs.runInJob(action) ?? false,
  )
  const onOutput: OnOutput = (stream, chunk) => {
    probe?.health.onOutput()
    output.push(stream, chunk)
  }
  const whole = probe ? probed(traced.environment, probe) : traced.environment
  spareOf = { command, cwd, environment: traced.environment }
  const taken = probe && (runner.spare?.take(spareOf, traced.command, whole) ?? null)
  engine = taken
    ? EngineProcess.adopt(taken.child, taken.pid, onOutput)
    : await EngineProcess.start({ ...traced, environment: whole, cwd, onOutput }).catch(cannotStart)
  tell({ type: 'engine-tracer', maySend: traced.maySend })
  const recorder = new EngineRecorder(recordFile, engine.pid)
  probe?.record(recorder)
  say(`the engine is process ${engine.pid}; ${traced.words}${taken ? '; it is the spare that waited' : ''}`)
  shareFate(runner, { engine, output, probe, ending, stopFollowing: () => follower?.stop() })

  const readyMs = await isReady()
  // This process is about to exit, or runs no engine any more.
  if (readyMs === null) return new Promise(() => {})
  say(`the engine answers at ${url} after ${(readyMs / 1_000).toFixed(1)} s`)
  if (probe?.speaks) void returning?.submit(api, ending.signal)
  else {
    if (probe) say('the engine does not say what it does: its API is asked for its jobs')
    probe?.close()
    returning?.lose('the new engine does not say what it does')
    follower = new JobFollower({ api, tracer, say })
  }
}

/** Has the next spare be like an engine that is ready. */
function prepareSpare({ spare }: Runner, { hello, loaded, engine, spareOf, probeFolder }: ReadyEngine): void {
  const whyNot = whyNoSpare(hello, engine.pid)
  if (whyNot !== null) {
    spare?.refuse(whyNot)
    return
  }
  spare?.prepare({
    of: spareOf,
    environment: withPythonPath(spareOf.environment, probeFolder),
    launcher: path.join(probeFolder, 'launcher.py'),
    work: { folder: loaded.folder, modules: loaded.names, environment: loaded.environment },
    residentBytes: loaded.resident,
  })
}

interface ReadyEngine {
  readonly hello: ProbeMessageOf<'hello'>
  readonly loaded: ProbeMessageOf<'modules'>
  readonly engine: EngineProcess
  readonly spareOf: SpareOf
  readonly probeFolder: string
}

/** The probe, ready for an engine; `null` where it cannot be written, which costs a line and nothing else. */
async function installedProbe(options: EngineProbeOptions): Promise<EngineProbe | null> {
  try {
    return await EngineProbe.install(options)
  } catch (error) {
    say(`the engine runs without its probe: ${error instanceof Error ? error.message : error}`)
    return null
  }
}

function probed(environment: Environment, probe: EngineProbe): Environment {
  return withPythonPath({ ...environment, ...probe.environment }, probe.folder)
}

/** One line: where in this file it was found out is of no use to anybody. */
function cannotStart(error: Error): never {
  const message = `the engine cannot be started: ${error.message}`
  throw Object.assign(new Error(message), { stack: message })
}

interface RunningEngine {
  readonly engine: EngineProcess
  readonly output: EngineOutput
  readonly probe: EngineProbe | null
  /** Aborted when the end begins. */
  readonly ending: AbortController
  readonly stopFollowing: () => void
}

/** Stops the engine when this process is asked to stop, and exits as it does, unless it keeps jobs for the next one. */
function shareFate(runner: Runner, running: RunningEngine): void {
  const { engine, output, probe, ending, stopFollowing } = running
  let asked = 0
  let leaves = false
  runner.replace = () => {
    if (leaves || asked > 0) return
    leaves = true
    engine.stop(probe?.pid ?? engine.pid)
  }
  runner.stop = () => {
    asked += 1
    runner.spare?.stop()
    ending.abort()
    stopFollowing()
    probe?.close()
    if (asked === 1) engine.stop(probe?.pid ?? engine.pid)
    else engine.kill()
  }
  engine.exited.then(async (exit) => {
    ending.abort()
    stopFollowing()
    output.end()
    // The processes it left behind are in its process group, and not in this process's session.
    engine.kill()
    await probe?.drain()
    // One that ran is lost, and that is a death.
    const isReplaced = leaves && (probe?.jobs.isIdle ?? true)
    const waiting = probe?.jobs.endWithEngine() ?? []
    probe?.close()
    const kept = asked > 0 ? [] : keepForNext(runner, waiting, isReplaced)
    if (asked === 0) say(`the engine ${describeExit(exit)}`)
    if (kept.length > 0) say(`jobs that had not begun are kept for the next engine: ${kept.length}`)
    await drained()
    // It may have been asked meanwhile.
    if (asked > 0) process.exit(0)
    // An end with 0 is meant, and nothing is started after it.
    const hasSpare = exitCodeOf(exit) !== 0 && (runner.spare?.isThere ?? false)
    if (kept.length === 0 && !isReplaced && !hasSpare) process.exit(exitCodeOf(exit))
    runner.stop = runner.replace = null
    tell({ type: 'engine-ended', exitCode: exitCodeOf(exit), kept, isReplaced })
  })
}

/** @returns the contexts of the jobs that are kept */
function keepForNext(
  { returning }: Runner,
  waiting: readonly WaitingJob[],
  isReplaced: boolean,
): readonly object[] {
  if (isReplaced) returning?.keepReplaced(waiting)
  else returning?.keep(waiting, false)
  return returning?.contexts ?? []
}

/** Resolves when the app has all that was written. */
async function drained(): Promise<void> {
  const written = [process.stdout, process.stderr].map(
    (stream) => new Promise((resolve) => stream.write('', resolve)),
  )
  await Promise.race([Promise.all(written), sleep(DRAIN_MS)])
}

/** The calls that dd-trace would make spans of in this process. All of them are the monitor's own, and no work of the user's. */
const OWN_DOINGS = ['child_process', 'dns', 'fetch', 'fs', 'http', 'net', 'undici', 'ws'] as const

/** This process's tracer, which leaves jobs their spans and makes none of the runner's requests; `null` for none. */
function openOwnTracer(): Tracer | null {
  try {
    const { tracer } = require('dd-trace') as { tracer: Tracer }
    for (const name of OWN_DOINGS) tracer.use(name as 'http', { enabled: false })
    return tracer
  } catch {
    return null
  }
}
