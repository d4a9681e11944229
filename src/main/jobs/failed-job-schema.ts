import * as v from 'valibot'
import { CAUSES } from '../cause'
import { finite, isoTime } from '../storage/schema'
import { type FailedJob, JOB_STATES } from './failed-job'

/** Parses a failed job from disk; what a newer version added is dropped, what an older one did not know is filled in. */
export const FailedJobSchema: v.GenericSchema<unknown, FailedJob> = v.object({
  schema: v.literal(1),
  id: v.string(),
  jobId: v.string(),
  name: v.nullable(v.string()),
  kind: v.nullable(v.string()),
  state: v.optional(v.picklist(JOB_STATES), 'running'),
  queuedAt: v.optional(v.nullable(isoTime), null),
  startedAt: isoTime,
  failedAt: isoTime,
  durationMs: v.pipe(finite, v.minValue(0)),
  progress: v.nullable(finite),
  cause: v.picklist(CAUSES),
  oom: v.boolean(),
  incidentId: v.nullable(v.string()),
  error: v.nullable(v.object({ name: v.string(), message: v.string() })),
  stack: v.optional(v.nullable(v.string()), null),
  traceId: v.nullable(v.string()),
  spanId: v.nullable(v.string()),
  parentId: v.optional(v.nullable(v.string()), null),
  runtimeId: v.optional(v.nullable(v.string()), null),
  version: v.optional(v.nullable(v.string()), null),
  reported: v.boolean(),
})
