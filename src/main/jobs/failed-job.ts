import * as v from 'valibot'
import { CAUSES } from '../cause'

/** Times are ISO 8601 in UTC. Trace and span ids are written as dd-trace writes them into logs. */
export const FailedJobSchema = v.object({
  schema: v.literal(1),
  id: v.string(),
  jobId: v.string(),
  name: v.nullable(v.string()),
  kind: v.nullable(v.string()),
  startedAt: v.string(),
  failedAt: v.string(),
  durationMs: v.number(),
  progress: v.nullable(v.number()),
  cause: v.picklist(CAUSES),
  oom: v.boolean(),
  incidentId: v.nullable(v.string()),
  error: v.nullable(v.object({ name: v.string(), message: v.string() })),
  traceId: v.nullable(v.string()),
  spanId: v.nullable(v.string()),
  reported: v.boolean(),
})

/** One job that died or threw: what `failed-jobs.json` holds. Never the job's payload. */
export type FailedJob = v.InferOutput<typeof FailedJobSchema>
