import { readdirSync } from 'node:fs'
import { dataPaths } from '../../src/common/storage/data-folder'
import type { Incident } from '../../src/main/records/incidents/incident'
import { readIncident } from '../../src/main/records/incidents/read-incidents'
import { waitFor } from '../../testing/waiting/wait-for'
import { markedProcesses } from '../faults/support/main-process'
import type { Studio } from '../support/app/studio'
import { isAlive } from '../support/process'
import type { Life } from './books'

/** The ways to exhaust the backend's heap, and the function of each. */
const WAYS = [
  { how: 'heap-out-of-memory', culprit: 'heap-out-of-memory' },
  { how: 'heap-out-of-memory-in-steps', culprit: 'keepRows' },
] as const

type Way = (typeof WAYS)[number]

/** Longest restart delay that is waited for, in milliseconds. */
const WAIT_MS = 1_500

/**
 * The way of a life: a synchronous loop, or steps that yield, alternating.
 * @param n the life, from 1
 */
export function wayOf(n: number): Way {
  return n % 2 === 1 ? WAYS[0] : WAYS[1]
}

/**
 * Starts a process and jobs of every kind in the backend's `n`th life. Two jobs have ended when it is done.
 */
export async function fill(studio: Studio, n: number): Promise<Life> {
  const puppet = await studio.puppet(n)
  const id = (name: string) => `life-${n}-${name}`
  const [a, b, waits, done, failed] = [id('a'), id('b'), id('waits'), id('done'), id('failed')]
  await Promise.all([...[a, b, done, failed].map((job) => puppet.start(job)), puppet.queue(waits)])
  await Promise.all([puppet.progress(b, 0.5), puppet.end(done), puppet.fail(failed), puppet.fork()])
  await studio.seenJobs(a, b, waits)
  return { culprit: wayOf(n).culprit, lost: [a, b, waits], failed: [failed] }
}

export interface Death {
  readonly incident: Incident
  /** The processes of the previous life that are still there when the next one runs. */
  readonly orphans: readonly number[]
}

/**
 * Ends the backend's `n`th life, and waits for the next.
 * @param hurry called if the monitor's delay before the next start is longer
 */
export async function die(studio: Studio, n: number, hurry: () => Promise<void>): Promise<Death> {
  const own = markedProcesses(studio.dataFolder)
  const folder = dataPaths(studio.dataFolder).incidents
  const names = () => list(folder).filter((name) => name.endsWith('.json'))
  const known = new Set(names())
  await (await studio.puppet(n)).die(wayOf(n).how)
  const name = await waitFor(() => names().find((one) => !known.has(one)), {
    what: () => `the incident of death ${n}:\n${studio.stderr.slice(-2_000)}`,
    timeout: 60_000,
  })
  const incident = readIncident(folder, name)
  if ((incident.restart.delayMs ?? 0) > WAIT_MS) await hurry()
  await studio.backendPid(n + 1)
  return { incident, orphans: own.filter(isAlive) }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // There is none before the first incident.
    return []
  }
}
