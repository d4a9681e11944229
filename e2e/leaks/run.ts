import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Incident } from '../../src/main/records/incidents/incident'
import { waitFor } from '../../testing/waiting/wait-for'
import { Studio } from '../support/app/studio'
import type { LeakProgram } from './leak-program'

/** Beyond the time that it was made to need: other work may keep the machine busy. */
const PATIENCE = 10
const GRACE_MS = 60_000

/** One program's end. */
export interface Death {
  readonly incident: Incident
  /** The data folder, until `tidyUp`. */
  readonly studio: Studio
  tidyUp(): Promise<void>
}

/** Writes a program's files. @returns its folder */
export function writeProgram({ files, seed }: Pick<LeakProgram, 'files' | 'seed'>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `studio-leak-${seed}-`))
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return folder
}

/** Runs a program as the backend of the real app until it has died. @throws if it does not die */
export async function run(program: LeakProgram): Promise<Death> {
  const folder = writeProgram(program)
  const studio = Studio.launch({
    backend: null,
    env: {
      STUDIO_BACKEND_ENTRY: path.join(folder, 'main.cjs'),
      STUDIO_RESTART: 'never',
      ...(program.memoryMiB === null
        ? { STUDIO_HEAP_LIMIT: `${program.heapMiB}MiB` }
        : { STUDIO_MEMORY_LIMIT: `${program.memoryMiB}MiB` }),
    },
  })
  const tidyUp = async () => {
    await studio.destroy()
    rmSync(folder, { recursive: true, force: true })
    rmSync(studio.userData, { recursive: true, force: true })
  }
  try {
    // A loop on a busy machine may look unresponsive first: that is an incident too, but no death.
    const incident = await waitFor(() => studio.incidents().find(({ cause }) => cause !== 'unresponsive'), {
      what: () => `the death of ${program.words} (seed ${program.seed}):\n${studio.output.slice(-2_000)}`,
      timeout: program.fillMs * PATIENCE + GRACE_MS,
    })
    return { incident, studio, tidyUp }
  } catch (error) {
    await tidyUp()
    throw error
  }
}
