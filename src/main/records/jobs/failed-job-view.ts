import { closeSync, existsSync, lstatSync, openSync, readSync } from 'node:fs'
import * as v from 'valibot'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { readRegularFile, regularStats } from '../../../common/storage/regular-file'
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

/** `failed-jobs.json` as electron-store writes it: `electron-store.ts`. */
const VIEW_ENDS = '\n\t\t}\n\t]\n}'
const RECORD_BEGINS = '\n\t\t{\n\t\t\t"schema": 1,\n\t\t\t"id": "'
const ID = /[\w-]{1,100}(?=",\n)/y
/** Largest record in it, in bytes. */
const MAX_RECORD_BYTES = MAX_VIEW_BYTES / 10_000

/**
 * True if the view's newest records, which are its last, are known by their ids: 10,000 need not be read for that. What it
 * does not understand at a glance it does not call known.
 * @param newest how many of them
 * @throws the system's error
 */
export function viewIsKnown(path: string, newest: number, isKnown: (id: string) => boolean): boolean {
  const { text, isWhole } = readEnd(path, newest * MAX_RECORD_BYTES)
  if (!text.endsWith(VIEW_ENDS)) return false
  let at = text.length
  for (let seen = 0; seen < newest; seen++) {
    at = text.lastIndexOf(RECORD_BEGINS, at - 1)
    if (at < 0) return isWhole && seen > 0
    ID.lastIndex = at + RECORD_BEGINS.length
    const id = ID.exec(text)?.[0]
    if (id === undefined || !isKnown(id)) return false
  }
  return true
}

/** The last bytes of a regular file, as Latin-1, and whether these are all. */
function readEnd(path: string, bytes: number): { text: string; isWhole: boolean } {
  const { size } = regularStats(path, MAX_VIEW_BYTES)
  const end = Buffer.alloc(Math.min(size, Math.floor(bytes)))
  const fd = openSync(path, 'r')
  try {
    const read = readSync(fd, end, 0, end.length, size - end.length)
    return { text: end.toString('latin1', 0, read), isWhole: end.length === size }
  } finally {
    closeSync(fd)
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
