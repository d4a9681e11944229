import http from 'node:http'
import { isPortTaken } from '../../../common/engine/port'
import { describePackCosts } from '../../../common/output/pack-costs'
import { size } from '../../../common/output/units'
import { dataPaths } from '../../../common/storage/data-folder'
import { type EngineRecord, readEngineRecord } from '../../../common/storage/engine-record'
import type { EngineChoice } from '../../backend/choice'
import { findProgram } from '../../backend/engine/program'
import { type GpuMemory, readGpuMemory } from '../../memory/gpu-memory'
import { type Finding, ok, problem, warning } from './check'

/** Time for the engine to answer, in milliseconds. */
const ANSWER_MS = 3_000

export interface EngineFacts {
  readonly command: readonly string[]
  /** The folder that it runs in. */
  readonly folder: string
  /** The program's file; `null` where there is none. */
  readonly program: string | null
  readonly url: string
  readonly isProbed: boolean
  /** The record of its last start; `null` for none. */
  readonly record: EngineRecord | null
  /** True where something listens on its port. */
  readonly isPortTaken: boolean
  /** The path of its API that answers; `null` for none. */
  readonly api: '/api/jobs' | '/queue' | null
  /** The fullest GPU that `nvidia-smi` lists; `null` for none. */
  readonly gpu: GpuMemory | null
}

/** Reads what there is to know of the engine, without starting anything of it. */
export async function checkEngine(engine: EngineChoice, dataFolder: string): Promise<Finding> {
  const folder = engine.cwd ?? process.cwd()
  const [name = ''] = engine.command
  const context = { cwd: folder, path: process.env.PATH ?? '', platform: process.platform }
  const portTaken = await isPortTaken(new URL(engine.url))
  return describeEngine({
    command: engine.command,
    folder,
    program: findProgram(name, context),
    url: engine.url,
    isProbed: engine.isProbed,
    record: readEngineRecord(dataPaths(dataFolder).engine),
    isPortTaken: portTaken,
    api: portTaken ? await findApi(engine.url) : null,
    gpu: await readGpuMemory(),
  })
}

/** The engine's finding: pure. */
export function describeEngine(facts: EngineFacts): Finding {
  const { command, folder, program, record, isProbed, url } = facts
  const details = [
    `program: ${program ?? 'not found'}; folder: ${folder}`,
    ...describeStart(facts),
    describePort(facts),
    `GPU: ${facts.gpu ? `${size(facts.gpu.usedBytes)} of ${size(facts.gpu.totalBytes)} in use, of the fullest` : 'none that nvidia-smi lists'}`,
  ]
  const summary = `${command.join(' ')}, with its API at ${url}`
  if (program === null) {
    const next = "STUDIO_ENGINE_COMMAND must name the engine's program, by its path or on the PATH"
    return problem(`there is no program ${command[0] ?? ''}`, next, details)
  }
  if (facts.isPortTaken && facts.api === null) {
    const next =
      'stop the program on that port or choose another one, or wait if the engine has just been started'
    return warning(`${summary}: something listens there that does not answer as an engine`, next, details)
  }
  if (isProbed && record?.missingHooks && record.missingHooks.length > 0) {
    const next = 'report this with the version of the engine; what is missing is not observed meanwhile'
    return warning(`${summary}: the probe does not find all that it watches`, next, details)
  }
  return ok(summary, details)
}

function describeStart({ record, isProbed }: EngineFacts): string[] {
  if (!isProbed) return ['the probe is switched off by STUDIO_ENGINE_PROBE']
  if (record === null) return ['Python, ddtrace and hooks: known once the engine has been started']
  if (record.python === null) return ['Python, ddtrace and hooks: the probe said nothing at the last start']
  const { python, executable, ddtrace, missingHooks, packs } = record
  return [
    `Python ${python}${executable === null ? '' : `, ${executable}`} (last start)`,
    ddtrace === null
      ? 'ddtrace: not loaded at the last start; "pip install ddtrace" in that Python brings it'
      : `ddtrace ${ddtrace}`,
    describeHooks(missingHooks),
    packs === null ? 'custom_nodes: the engine was not ready at its last start' : describePackCosts(packs),
  ]
}

function describeHooks(missing: readonly string[] | null): string {
  if (missing === null) return 'probe: the engine ended before the probe had found its functions'
  return missing.length === 0 ? 'probe: all hooks found' : `probe: missing ${missing.join(', ')}`
}

function describePort({ url, isPortTaken: isTaken, api }: EngineFacts): string {
  const { host } = new URL(url)
  if (!isTaken) return `port: nothing listens on ${host}; the engine does not run`
  return api === null ? `port: ${host} is in use` : `port: ${host}; its jobs are listed by ${api}`
}

async function findApi(url: string): Promise<EngineFacts['api']> {
  if (await answers(`${url}/api/jobs?status=in_progress,pending`)) return '/api/jobs'
  return (await answers(`${url}/queue`)) ? '/queue' : null
}

/** True where it answers with JSON. Off `fetch`, which rejects some ports. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent: false, timeout: ANSWER_MS }, (response) => {
      response.resume()
      resolve(response.statusCode === 200 && /json/.test(response.headers['content-type'] ?? ''))
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}
