import * as v from 'valibot'
import { CAUSES } from '../cause'
import type { FailedJob } from './failed-job'

/** Parses a failed job from disk; what a newer version added is dropped. */
export const FailedJobSchema: v.GenericSchema<unknown, FailedJob> = v.object({
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
