import { existsSync, lstatSync } from 'node:fs'
import * as v from 'valibot'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { readRegularFile } from '../../../common/storage/regular-file'
import type { FailedJob } from './failed-job'
import { FailedJobSchema } from './failed-job-schema'

/** Largest file read into memory, in bytes: a larger one is not ours, as 10,000 records fit. */
export const MAX_VIEW_BYTES = 64 * 1024 * 1024

const ViewSchema = v.object({ jobs: v.array(v.unknown()) })

/** The content of `failed-jobs.json`. `damage` says why not all of it could be read, `null` if it could. */
export interface FailedJobView {
  readonly jobs: readonly FailedJob[]
  readonly damage: string | null
}

/**
 * Reads `failed-jobs.json` and changes nothing. A missing file is an empty view. Never throws.
 * @param isKnown true for the id of a record that is had already: it is left out, and not looked at
 */
export function readFailedJobView(
  path: string,
  isKnown: (id: unknown) => boolean = () => false,
): FailedJobView {
  try {
    const link = lstatSync(path, { throwIfNoEntry: false })
    if (!link) return { jobs: [], damage: null }
    if (link.isSymbolicLink() && !existsSync(path)) return damaged('it is a link that leads nowhere')
    return parseFailedJobView(readRegularFile(path, MAX_VIEW_BYTES).toString('utf8'), isKnown)
  } catch (error) {
    // Its owner replaces it by renaming, and has just done so.
    if (errorCode(error) === 'ENOENT') return { jobs: [], damage: null }
    return damaged(errorMessage(error))
  }
}

/** Parses the file's text. Never throws. */
export function parseFailedJobView(
  text: string,
  isKnown: (id: unknown) => boolean = () => false,
): FailedJobView {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return damaged('it is not JSON')
  }
  const view = v.safeParse(ViewSchema, data)
  if (!view.success) return damaged('it has no list of jobs')
  const others = view.output.jobs.filter((job) => !isKnown(Object(job).id))
  const jobs = others.flatMap((job) => {
    const record = v.safeParse(FailedJobSchema, job)
    return record.success ? [record.output] : []
  })
  const strange = others.length - jobs.length
  return { jobs, damage: strange > 0 ? `${strange} of its records are not records of a failed job` : null }
}

function damaged(damage: string): FailedJobView {
  return { jobs: [], damage }
}
