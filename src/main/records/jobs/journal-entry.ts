import * as v from 'valibot'
import { finite } from '../../../common/storage/schema'
import { FailedJobSchema } from './failed-job-schema'
import { OpenJobSchema } from './open-job'

/**
 * What this version writes and reads, in every file of the data folder: the journal's header speaks for all of them. A
 * folder whose journal names a higher one is left alone.
 */
export const JOURNAL_SCHEMA = 1

const at = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15))
const jobRef = { generation: finite, key: finite }

const JournalEntrySchema = v.variant('type', [
  /** First line of a segment. */
  v.object({ type: v.literal('segment'), at, schema: finite }),
  /** The jobs that follow are the ones open now; what earlier segments say of open jobs is over. */
  v.object({ type: v.literal('snapshot'), at }),
  /** The job is open from here on. One that waits is told of again when it runs: versions without queues know both. */
  v.object({ type: v.literal('job-started'), at, job: OpenJobSchema }),
  /** The jobs' progress, and a sign that the app lived at that time. */
  v.object({
    type: v.literal('alive'),
    at,
    progress: v.array(v.object({ ...jobRef, progress: v.nullable(finite) })),
  }),
  /** The job is over and nothing was lost: it completed, was cancelled, or the user quit. */
  v.object({ type: v.literal('job-ended'), at, ...jobRef }),
  /** The same for every job of one backend: it was stopped on purpose. */
  v.object({ type: v.literal('backend-stopped'), at, generation: finite }),
  /** `closes` is the open job that this record ends; in one line, so that a crash cannot part them. */
  v.object({
    type: v.literal('job-failed'),
    at,
    record: FailedJobSchema,
    closes: v.nullable(v.object(jobRef)),
  }),
  /** Records that Datadog has. */
  v.object({ type: v.literal('reported'), at, ids: v.array(v.string()) }),
])

/** One line of the journal. `at` is when it was written, in milliseconds since the epoch. */
export type JournalEntry = v.InferOutput<typeof JournalEntrySchema>

/** `null` for anything that is not an entry this version knows. */
export function parseJournalEntry(data: unknown): JournalEntry | null {
  const result = v.safeParse(JournalEntrySchema, data)
  return result.success ? result.output : null
}

const HeaderSchema = v.object({ type: v.literal('segment'), schema: finite })

/** The schema a segment's first line names, `null` for any other line. Any version's header is understood. */
export function schemaNamedBy(data: unknown): number | null {
  const result = v.safeParse(HeaderSchema, data)
  return result.success ? result.output.schema : null
}
