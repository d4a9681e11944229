import { setTimeout as sleep } from 'node:timers/promises'
import type { Tracer } from 'dd-trace'
import type { EngineConfig } from '../../common/engine/config'
import { waitForFreePort } from '../../common/engine/port'
import { EngineApi } from './api/engine-api'
import { EngineOutput } from './engine-output'
import { EngineProcess } from './engine-process'
import { type Environment, engineEnvironment, withPythonPath } from './environment'
import { describeExit, type EngineExit, exitCodeOf } from './exit-status'
import { freeMemoryUnderPressure } from './free-memory'
import { JobFollower } from './job-follower'
import { EngineProbe } from './probe-link/engine-probe'
import { traceEngine } from './python-tracer'
import { waitUntilReady } from './readiness'

/** Time for the pipes to the app to take the final output, in milliseconds. */
const DRAIN_MS = 500

/** Logs to stdout: stderr is left to the engine, whose final output there tells why it died. */
function say(line: string): void {
  process.stdout.write(`studio-engine: ${line}\n`)
}

/**
 * Runs Studio's engine; this process exits as the engine does. Resolves once the engine responds.
 * @throws if the engine cannot be started at all
 */
export async function runEngine({
  command,
  cwd,
  url,
  freesMemory,
  probeFolder,
}: EngineConfig): Promise<void> {
  const tracer = openOwnTracer()
  await waitForFreePort(new URL(url)).catch(cannotStart)
  const environment = engineEnvironment(process.env)
  const traced = await traceEngine({ command, cwd, environment })

  let follower: JobFollower | null = null
  const probe = probeFolder === null ? null : await installedProbe(probeFolder, tracer)
  const output = new EngineOutput(
    (action) => (probe?.speaks ? probe : follower)?.jobs.runInJob(action) ?? false,
  )
  const engine = await EngineProcess.start({
    ...traced,
    environment: probe ? probed(traced.environment, probe) : traced.environment,
    cwd,
    onOutput: (stream, chunk) => output.push(stream, chunk),
  }).catch(cannotStart)
  say(`the engine is process ${engine.pid}; ${traced.words}`)
  const ending = shareFate(engine, output, () => {
    follower?.stop()
    probe?.close()
  })

  const api = new EngineApi(url)
  const readyMs = await waitUntilReady({ ask: () => api.listing(), say, signal: ending, url })
  // This process is about to exit.
  if (readyMs === null) return new Promise(() => {})
  say(`the engine answers at ${url} after ${(readyMs / 1_000).toFixed(1)} s`)
  if (!probe?.speaks) {
    if (probe) say('the engine does not say what it does: its API is asked for its jobs')
    probe?.close()
    follower = new JobFollower({ api, tracer, say })
  }
  if (freesMemory) freeMemoryUnderPressure({ tracer, say, free: (headers) => api.free(headers) })
}

/** The probe, ready for an engine; `null` where it cannot be written, which costs a line and nothing else. */
async function installedProbe(folder: string, tracer: Tracer | null): Promise<EngineProbe | null> {
  try {
    return await EngineProbe.install({ folder, tracer, say })
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

/**
 * Stops the engine when this process is asked to stop, and exits as it does.
 * @returns aborted when the end begins
 */
function shareFate(engine: EngineProcess, output: EngineOutput, onEnd: () => void): AbortSignal {
  const ending = new AbortController()
  let asked = 0
  process.on('SIGTERM', () => {
    asked += 1
    ending.abort()
    onEnd()
    if (asked === 1) engine.stop()
    else engine.kill()
  })
  engine.exited.then(async (exit) => {
    ending.abort()
    onEnd()
    output.end()
    // The processes it left behind are in its process group, and not in this process's session.
    engine.kill()
    await end(exit, asked > 0)
  })
  return ending.signal
}

async function end(exit: EngineExit, wanted: boolean): Promise<never> {
  if (!wanted) say(`the engine ${describeExit(exit)}`)
  const drained = [process.stdout, process.stderr].map(
    (stream) => new Promise((resolve) => stream.write('', resolve)),
  )
  await Promise.race([Promise.all(drained), sleep(DRAIN_MS)])
  process.exit(wanted ? 0 : exitCodeOf(exit))
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
