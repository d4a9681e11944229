import { size } from '../../common/output/units'
import type { ProcessRow } from '../../common/process/process-tree'
import { findEngine } from './engine-process'

/**
 * The role of a process: the backend itself, the engine that it runs, or a process that one of the two
 * started.
 */
export const PROCESS_ROLES = ['backend', 'engine', 'other'] as const

export interface ProcessMemory {
  readonly role: (typeof PROCESS_ROLES)[number]
  readonly pid: number
  readonly name: string
  readonly rssBytes: number
}

/** Most processes kept, those with the most memory. */
const MAX_PROCESSES = 20

/**
 * The processes of a tree, sorted by role and then by memory.
 * @param tree the backend first, if it lives
 * @param hasEngine true if the backend runs Studio's engine, which is its child
 * @param enginePid the engine's, where it is known: a wrapper may stand between it and the backend
 */
export function processesApart(
  tree: readonly ProcessRow[],
  hasEngine: boolean,
  enginePid: number | null = null,
): ProcessMemory[] {
  const [root] = tree
  const engine = hasEngine ? (findEngine(tree, enginePid) ?? findEngine(tree, null)) : null
  const roleOf = (row: ProcessRow): ProcessMemory['role'] => {
    if (row.pid === root?.pid) return 'backend'
    return row === engine ? 'engine' : 'other'
  }
  const largest = [...tree].sort((a, b) => b.rssBytes - a.rssBytes).slice(0, MAX_PROCESSES)
  return largest
    .map((row) => ({ role: roleOf(row), pid: row.pid, name: row.name, rssBytes: row.rssBytes }))
    .sort((a, b) => PROCESS_ROLES.indexOf(a.role) - PROCESS_ROLES.indexOf(b.role))
}

/** One sentence for the evidence of an engine's death; `null` without an engine among them. */
export function describeEngineMemory(processes: readonly ProcessMemory[]): string | null {
  const sumOf = (role: ProcessMemory['role']) =>
    processes.filter((process) => process.role === role).reduce((sum, { rssBytes }) => sum + rssBytes, 0)
  const engine = processes.find(({ role }) => role === 'engine')
  if (!engine) return null
  const others = processes.some(({ role }) => role === 'other')
    ? `, ${size(sumOf('other'))} what it started`
    : ''
  return `the engine (${engine.name}) took ${size(sumOf('engine'))}, its runner ${size(sumOf('backend'))}${others}`
}
