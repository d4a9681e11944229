import { statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isPortTaken, portTaken } from '../../../common/engine/port'
import { untraced } from '../../../common/tracing/dd-trace/transport'
import { StartError } from '../../startup/start-error'
import type { EngineChoice } from '../choice'
import { describeSurvivors, type TreeEnd } from '../kill-tree'
import { isAnythingLeft, killOrphanedEngine } from './orphaned-engine'
import { findProgram } from './program'

/** Time for all that a killed app has left to be seen as left, in milliseconds: its parts end one after the other. */
const LEFT_WITHIN_MS = 5_000
const LOOK_MS = 100

/**
 * Prepares the start of the engine.
 * @returns what was done for it, a line each
 * @throws {StartError} if every start would fail
 */
export async function prepareEngineStart(
  engine: EngineChoice,
  dataFolder: string,
): Promise<readonly string[]> {
  const ends: TreeEnd[] = []
  for (const until = performance.now() + LEFT_WITHIN_MS; ; await sleep(LOOK_MS)) {
    const ended = await killOrphanedEngine(dataFolder)
    if (ended) ends.push(ended)
    ensurePrograms(engine)
    if (!(await isTakenFor(engine))) return ends.map(describeEnd)
    if (performance.now() > until || !isAnythingLeft(dataFolder)) throw taken(engine)
  }
}

function describeEnd(end: TreeEnd): string {
  const survivors = describeSurvivors(end)
  const became =
    survivors === null ? `it was ended (processes: ${end.ended.length})` : `its processes ${survivors}`
  return `an engine still ran that a killed Studio had left: ${became}`
}

/**
 * Checks in advance for what would make every start of the engine fail.
 * @param ownUrl the API of the engine that runs and is ended first: its port is free then
 * @throws {StartError} if its folder or its program is missing, or its port is in use
 */
export async function ensureStartable(engine: EngineChoice, ownUrl: string | null = null): Promise<void> {
  ensurePrograms(engine)
  if (ownUrl !== null && new URL(ownUrl).port === new URL(engine.url).port) return
  if (await isTakenFor(engine)) throw taken(engine)
}

function ensurePrograms({ command, cwd }: EngineChoice): void {
  const folder = cwd ?? process.cwd()
  if (!isFolder(folder))
    throw StartError.engine(`there is no folder ${folder}; STUDIO_ENGINE_CWD must name it`)
  const [program = ''] = command
  const context = { cwd: folder, path: process.env.PATH ?? '', platform: process.platform }
  if (!findProgram(program, context)) {
    throw StartError.engine(
      `there is no program ${JSON.stringify(program)} that could be run; STUDIO_ENGINE_COMMAND must name the engine's, by its path or on the PATH`,
    )
  }
}

function isTakenFor({ url }: EngineChoice): Promise<boolean> {
  return untraced(() => isPortTaken(new URL(url)))
}

function taken({ url }: EngineChoice): StartError {
  return StartError.engine(portTaken(new URL(url)))
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}
