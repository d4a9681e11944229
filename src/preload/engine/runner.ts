import { setTimeout as sleep } from 'node:timers/promises'
import type { Tracer } from 'dd-trace'
import type { EngineConfig } from '../../common/engine/config'
import { waitForFreePort } from '../../common/engine/port'
import { EngineApi } from './api/engine-api'
import { EngineOutput } from './engine-output'
import { EngineProcess } from './engine-process'
import { engineEnvironment } from './environment'
import { describeExit, type EngineExit, exitCodeOf } from './exit-status'
import { freeMemoryUnderPressure } from './free-memory'
import { JobFollower } from './job-follower'
import { traceEngine } from './python-tracer'
import { waitUntilReady } from './readiness'

/** What the pipes to the app get to take the last words, in milliseconds. */
const DRAIN_MS = 500

/** On stdout: stderr is left to the engine, whose last words there tell why it died. */
function say(line: string): void {
  process.stdout.write(`studio-engine: ${line}\n`)
}

/**
 * Runs Studio's engine and shares its fate: this process ends as the engine does. Resolves once the engine answers.
 * @throws when the engine cannot be started at all
 */
export async function runEngine({ command, cwd, url, freesMemory }: EngineConfig): Promise<void> {
  const tracer = openOwnTracer()
  await waitForFreePort(new URL(url)).catch(cannotStart)
  const environment = engineEnvironment(process.env)
  const traced = await traceEngine({ command, cwd, environment })

  let follower: JobFollower | null = null
  const output = new EngineOutput((action) => follower?.jobs.runInJob(action) ?? false)
  const engine = await EngineProcess.start({
    ...traced,
    cwd,
    onOutput: (stream, chunk) => output.push(stream, chunk),
  }).catch(cannotStart)
  say(`the engine is process ${engine.pid}; ${traced.words}`)
  const ending = shareFate(engine, output, () => follower?.stop())

  const api = new EngineApi(url)
  const readyMs = await waitUntilReady({ ask: () => api.listing(), say, signal: ending, url })
  // Then this process is about to end.
  if (readyMs === null) return new Promise(() => {})
  say(`the engine answers at ${url} after ${(readyMs / 1_000).toFixed(1)} s`)
  follower = new JobFollower({ api, tracer, say })
  if (freesMemory) freeMemoryUnderPressure({ tracer, say, free: (headers) => api.free(headers) })
}

/** One line: where in this file it was found out is of no use to anybody. */
function cannotStart(error: Error): never {
  const message = `the engine cannot be started: ${error.message}`
  throw Object.assign(new Error(message), { stack: message })
}

/** Stops the engine when this process is asked to stop, and ends as it ends. @returns aborted at the end's beginning */
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
    // What it started and left behind is of its process group, and not of this process's session.
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

/** What dd-trace would make spans of in this process. All of it is the monitor's own doing, and no work of the user's. */
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
