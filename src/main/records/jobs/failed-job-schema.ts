import * as v from 'valibot'
import { EngineNodeSchema } from '../../../common/protocol/engine-memory'
import {
  MAX_ID_LENGTH,
  MAX_MESSAGE_LENGTH,
  MAX_NAME_LENGTH,
  MAX_STACK_LENGTH,
} from '../../../common/protocol/messages'
import { finite, isoTime, textOf } from '../../../common/storage/schema'
import { CAUSES } from '../../backend/cause'
import { type FailedJob, JOB_STATES } from './failed-job'

const name = textOf(MAX_NAME_LENGTH)
const ownId = v.nullable(textOf(MAX_ID_LENGTH))

/** Parses a failed job from disk; what a newer version added is dropped. */
export const FailedJobSchema: v.GenericSchema<unknown, FailedJob> = v.object({
  schema: v.literal(1),
  id: textOf(MAX_ID_LENGTH),
  jobId: name,
  name: v.nullable(name),
  kind: v.nullable(name),
  state: v.picklist(JOB_STATES),
  queuedAt: v.nullable(isoTime),
  startedAt: isoTime,
  failedAt: isoTime,
  durationMs: v.pipe(finite, v.minValue(0)),
  progress: v.nullable(finite),
  cause: v.picklist(CAUSES),
  oom: v.boolean(),
  incidentId: ownId,
  node: v.optional(v.nullable(EngineNodeSchema), null),
  peakBytes: v.optional(v.nullable(finite), null),
  growthBytes: v.optional(v.nullable(finite), null),
  error: v.nullable(v.object({ name, message: textOf(MAX_MESSAGE_LENGTH) })),
  stack: v.nullable(textOf(MAX_STACK_LENGTH)),
  fingerprint: v.optional(v.nullable(v.string()), null),
  traceId: ownId,
  spanId: ownId,
  parentId: ownId,
  runtimeId: ownId,
  version: v.nullable(name),
  tags: v.exactOptional(v.record(v.string(), v.string())),
  resubmitted: v.optional(v.boolean(), false),
  reported: v.boolean(),
})
