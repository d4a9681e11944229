import * as v from 'valibot'
import { EngineNodeSchema } from '../../../common/protocol/engine-memory'
import { PythonStackSchema } from '../../../common/protocol/engine-unresponsive'
import { finite, isoTime } from '../../../common/storage/schema'
import { CAUSES } from '../../backend/cause'
import { PROCESS_ROLES } from '../../memory/process-roles'
import type { Incident } from './incident'

const bytes = v.nullable(finite)

const MemorySampleSchema = v.object({
  at: isoTime,
  treeRssBytes: bytes,
  heapUsedBytes: bytes,
  heapLimitBytes: bytes,
  externalBytes: bytes,
  systemUsedBytes: bytes,
  gpuUsedBytes: bytes,
  gpuTotalBytes: bytes,
})

const ProcessSchema = v.object({
  role: v.picklist(PROCESS_ROLES),
  pid: finite,
  name: v.string(),
  rssBytes: finite,
})

/** Parses an incident from disk; fields that a newer version added are dropped. */
export const IncidentSchema: v.GenericSchema<unknown, Incident> = v.object({
  schema: v.literal(1),
  id: v.string(),
  at: isoTime,
  cause: v.picklist(CAUSES),
  oom: v.boolean(),
  confidence: v.picklist(['proven', 'suspected']),
  evidence: v.array(v.string()),
  advice: v.optional(v.array(v.string()), []),
  before: v.optional(v.object({ times: finite, lastAt: v.nullable(isoTime) }), { times: 0, lastAt: null }),
  fingerprint: v.optional(v.string(), ''),
  errorStack: v.optional(v.nullable(v.string()), null),
  runtimeId: v.optional(v.nullable(v.string()), null),
  tags: v.exactOptional(v.record(v.string(), v.string())),
  lastWords: v.optional(v.array(v.string()), []),
  errorLine: v.optional(v.nullable(v.string()), null),
  exitCode: v.nullable(finite),
  reason: v.nullable(v.string()),
  pid: v.nullable(finite),
  uptimeMs: v.nullable(finite),
  node: v.optional(v.nullable(EngineNodeSchema), null),
  memory: v.object({
    limitBytes: bytes,
    treeRssBytes: bytes,
    heapUsedBytes: bytes,
    heapLimitBytes: bytes,
    samples: v.array(MemorySampleSchema),
    processes: v.array(ProcessSchema),
    jobPeakBytes: v.optional(bytes, null),
  }),
  profiles: v.object({ heap: v.nullable(v.string()), cpu: v.nullable(v.string()) }),
  topAllocators: v.array(
    v.object({
      function: v.string(),
      file: v.string(),
      line: finite,
      bytes: finite,
      share: finite,
      cumulativeBytes: bytes,
      cumulativeShare: v.nullable(finite),
      node: v.exactOptional(EngineNodeSchema),
    }),
  ),
  stacks: v.optional(v.array(PythonStackSchema), []),
  jobIds: v.array(v.string()),
  restart: v.object({
    decision: v.picklist(['restart', 'give-up', 'none']),
    delayMs: v.nullable(finite),
    deathsInWindow: finite,
    reason: v.string(),
  }),
  versions: v.record(v.string(), v.string()),
  os: v.object({
    platform: v.string(),
    release: v.string(),
    arch: v.string(),
    totalMemoryBytes: finite,
  }),
  reported: v.boolean(),
})
