import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Incident } from '../../records/incidents/incident'
import type { FailedJob } from '../../records/jobs/failed-job'
import { parseCommandLine } from '../arguments'
import type { CommandContext } from '../context'
import { runCommand } from '../run-command'

export const NOW = Date.UTC(2026, 10, 23, 20, 15)

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the subcommands' part of `electron . ...line`. */
export async function run(
  dataFolder: string,
  line: readonly string[],
  over: Partial<CommandContext> = {},
): Promise<Ended> {
  let [stdout, stderr] = ['', '']
  const parsed = parseCommandLine(['electron', '--no-sandbox', '.', ...line], ['.'])
  if (!parsed) throw new Error('the app would start')
  const code = await runCommand(parsed, {
    appFolder: dataFolder,
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
    now: NOW,
    columns: 80,
    color: false,
    isTerminal: false,
    program: 'studio-monitor',
    version: '0.1.0',
    untilEnded: () => new AbortController().signal,
    ask: null,
    ...over,
  })
  return { code, stdout, stderr }
}

/** @param jobs newest last */
export function writeFailedJobs(dataFolder: string, jobs: readonly FailedJob[]): void {
  writeFileSync(join(dataFolder, 'failed-jobs.json'), JSON.stringify({ jobs }))
}

/** @param file the file's name if it is not the incident's own */
export function writeIncident(dataFolder: string, incident: Incident, file = `${incident.id}.json`): void {
  mkdirSync(join(dataFolder, 'incidents'), { recursive: true })
  writeFileSync(join(dataFolder, 'incidents', file), JSON.stringify(incident))
}
