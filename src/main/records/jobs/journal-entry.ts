import * as v from 'valibot'
import { finite } from '../../../common/storage/schema'
import { FailedJobSchema } from './failed-job-schema'
import { OpenJobSchema } from './open-job'

/**
 * The schema that this version writes and reads, in every file of the data folder: the journal's header gives
 * it for all of them. A folder whose journal has a higher one is left alone.
 */
export const JOURNAL_SCHEMA = 1

const at = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15))
const jobRef = { generation: finite, key: finite }

const JournalEntrySchema = v.variant('type', [
  /** The first line of a segment. */
  v.object({ type: v.literal('segment'), at, schema: finite }),
  /** A snapshot begins: the following jobs are the open ones, whatever earlier segments say of open jobs. */
  v.object({ type: v.literal('snapshot'), at }),
  /**
   * A job is open from here on. One that waits has another entry when it runs: versions without queues
   * understand both.
   */
  v.object({ type: v.literal('job-started'), at, job: OpenJobSchema }),
  /** The jobs' progress, and a sign that the app was alive at that time. */
  v.object({
    type: v.literal('alive'),
    at,
    progress: v.array(v.object({ ...jobRef, progress: v.nullable(finite) })),
  }),
  /** A job ended and nothing was lost: it completed, was cancelled, or the user quit. */
  v.object({ type: v.literal('job-ended'), at, ...jobRef }),
  /** All jobs of one backend ended in the same way: it was stopped on purpose. */
  v.object({ type: v.literal('backend-stopped'), at, generation: finite }),
  /**
   * A job was lost or failed. `closes` is the open job that this record ends; both are in one line, so that a
   * crash cannot separate them.
   */
  v.object({
    type: v.literal('job-failed'),
    at,
    record: FailedJobSchema,
    closes: v.nullable(v.object(jobRef)),
  }),
  /** Datadog has these records. */
  v.object({ type: v.literal('reported'), at, ids: v.array(v.string()) }),
])

/** One line of the journal. `at` is the time it was written, in milliseconds since the epoch. */
export type JournalEntry = v.InferOutput<typeof JournalEntrySchema>

/** Parses an entry; `null` for anything that this version does not know. */
export function parseJournalEntry(data: unknown): JournalEntry | null {
  const result = v.safeParse(JournalEntrySchema, data)
  return result.success ? result.output : null
}

const HeaderSchema = v.object({ type: v.literal('segment'), schema: finite })

/**
 * The schema in a segment's first line, `null` for any other line. Headers of every version are understood.
 */
export function schemaNamedBy(data: unknown): number | null {
  // Each line is asked, and nearly all are of another kind.
  if (Object(data).type !== 'segment') return null
  const result = v.safeParse(HeaderSchema, data)
  return result.success ? result.output.schema : null
}
