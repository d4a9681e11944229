import { statSync } from 'node:fs'
import type { EngineConfig } from '../../../common/engine/config'
import { isPortTaken, portTaken } from '../../../common/engine/port'
import { untraced } from '../../../common/tracing/dd-trace/transport'
import { StartError } from '../../startup/start-error'
import { describeSurvivors, type TreeEnd } from '../kill-tree'
import { killOrphanedEngine } from './orphaned-engine'
import { findProgram } from './program'

/**
 * Sees to it, before anything is started, that the engine can be.
 * @returns what was done for it, a line each
 * @throws {StartError} when every start would fail
 */
export async function prepareEngineStart(
  engine: EngineConfig,
  dataFolder: string,
): Promise<readonly string[]> {
  const ended = await killOrphanedEngine(dataFolder, engine.command)
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
 * Looks, before anything is started, for what would make every start of the engine fail.
 * @throws {StartError} when its folder or its program is not there, or its port is taken
 */
async function ensureStartable({ command, cwd, url }: EngineConfig): Promise<void> {
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
  if (await untraced(() => isPortTaken(address))) throw StartError.engine(portTaken(address))
}

function isFolder(folder: string): boolean {
  try {
    return statSync(folder).isDirectory()
  } catch {
    return false
  }
}
