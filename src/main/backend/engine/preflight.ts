import { statSync } from 'node:fs'
import { isPortTaken, portTaken } from '../../../common/engine/port'
import { untraced } from '../../../common/tracing/dd-trace/transport'
import { StartError } from '../../startup/start-error'
import type { EngineChoice } from '../choice'
import { describeSurvivors, type TreeEnd } from '../kill-tree'
import { killOrphanedEngine } from './orphaned-engine'
import { findProgram } from './program'

/**
 * Prepares the start of the engine.
 * @returns what was done for it, a line each
 * @throws {StartError} if every start would fail
 */
export async function prepareEngineStart(
  engine: EngineChoice,
  dataFolder: string,
): Promise<readonly string[]> {
  const ended = await killOrphanedEngine(dataFolder)
  await ensureStartable(engine)
  return ended ? [describeEnd(ended)] : []
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
export async function ensureStartable(
  { command, cwd, url }: EngineChoice,
  ownUrl: string | null = null,
): Promise<void> {
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
  const address = new URL(url)
  if (ownUrl !== null && new URL(ownUrl).port === address.port) return
  if (await untraced(() => isPortTaken(address))) throw StartError.engine(portTaken(address))
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}
