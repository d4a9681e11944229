import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { dataPaths } from '../../../common/storage/data-folder'
import { type MarkedProcess, orphansOf } from '../../backend/orphans'
import { isRunOf } from '../../backend/run-marker'
import { readJobs } from '../../records/jobs/read-only'
import { type Finding, ok, warning } from './check'

/** Age, in milliseconds, below which a temporary file may be in use. */
const TEMPORARY_AGE_MS = 60_000
const TEMPORARY = /\.tmp(?:-\d{10}[0-9a-f]{6})?$/
const DAMAGED = /\.damaged-\d{8}T\d{6}Z?(?:-\d+)?$/
/** Most names in one line. */
const MAX_NAMED = 5

export interface LeftoverFacts {
  readonly dataFolder: string
  readonly appRuns: boolean
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly processes: readonly MarkedProcess[]
}

/**
 * Checks for what an unclean exit left behind: jobs without an end, processes, half-written and damaged
 * files.
 */
export function checkLeftovers({ dataFolder, appRuns, now, processes }: LeftoverFacts): Finding {
  const open = appRuns ? 0 : readJobs(dataFolder).open.length
  const orphans = orphansOf(processes).filter(({ run }) => run !== null && isRunOf(dataFolder, run))
  const files = filesOf(dataFolder)
  const temporary = files.filter(
    ({ name, changedAt }) => TEMPORARY.test(name) && now - changedAt > TEMPORARY_AGE_MS,
  )
  const damaged = files.filter(({ name }) => DAMAGED.test(name))
  const found = [
    open > 0 && {
      what: `${open} jobs ran or waited when the app was killed`,
      next: 'start Studio: it records them as lost',
    },
    orphans.length > 0 && {
      what: `${orphans.length} processes of a backend whose app has gone: ${named(orphans.map(({ pid, name }) => `${pid} (${name})`))}`,
      // A browser that a job opened is one of them, and cannot be told apart.
      next: `end those that are not meant to stay: kill ${orphans.map(({ pid }) => pid).join(' ')}`,
    },
    temporary.length > 0 && {
      what: `${temporary.length} half-written files: ${named(temporary.map(({ name }) => name))}`,
      next: appRuns ? 'delete them when Studio has ended' : 'start Studio, or delete them',
    },
    damaged.length > 0 && {
      what: `${damaged.length} damaged files, set aside: ${named(damaged.map(({ name }) => name))}`,
      next: 'look into them if you miss a record, then delete them',
    },
  ].filter((leftover) => leftover !== false)
  const state = appRuns ? 'the app runs' : 'the app does not run'
  if (found.length === 0) return ok(`none; ${state}`)
  return warning(
    `left of an unclean end; ${state}`,
    found.map(({ next }) => next).join('; '),
    found.map(({ what }) => what),
  )
}

function filesOf(dataFolder: string): { name: string; changedAt: number }[] {
  const { journal, incidents, profiles, logs } = dataPaths(dataFolder)
  return [dataFolder, journal, incidents, profiles, logs].flatMap((folder) =>
    namesIn(folder).flatMap((name) => {
      const changedAt = statSync(path.join(folder, name), { throwIfNoEntry: false })?.mtimeMs
      return changedAt === undefined
        ? []
        : [{ name: path.relative(dataFolder, path.join(folder, name)), changedAt }]
    }),
  )
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function named(names: readonly string[]): string {
  const rest = names.length - MAX_NAMED
  return names.slice(0, MAX_NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}
