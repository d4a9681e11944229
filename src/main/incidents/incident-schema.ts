import * as v from 'valibot'
import { CAUSES } from '../cause'
import type { Incident } from './incident'

const bytes = v.nullable(v.number())

const MemorySampleSchema = v.object({
  at: v.string(),
  treeRssBytes: bytes,
  heapUsedBytes: bytes,
  heapLimitBytes: bytes,
  externalBytes: bytes,
})

/** Parses an incident from disk; what a newer version added is dropped. */
export const IncidentSchema: v.GenericSchema<unknown, Incident> = v.object({
  schema: v.literal(1),
  id: v.string(),
  at: v.string(),
  cause: v.picklist(CAUSES),
  oom: v.boolean(),
  confidence: v.picklist(['proven', 'suspected']),
  evidence: v.array(v.string()),
  exitCode: v.nullable(v.number()),
  reason: v.nullable(v.string()),
  pid: v.nullable(v.number()),
  uptimeMs: v.nullable(v.number()),
  memory: v.object({
    limitBytes: bytes,
    treeRssBytes: bytes,
    heapUsedBytes: bytes,
    heapLimitBytes: bytes,
    samples: v.array(MemorySampleSchema),
  }),
  profiles: v.object({ heap: v.nullable(v.string()), cpu: v.nullable(v.string()) }),
  topAllocators: v.array(
    v.object({
      function: v.string(),
      file: v.string(),
      line: v.number(),
      bytes: v.number(),
      share: v.number(),
    }),
  ),
  jobIds: v.array(v.string()),
  restart: v.object({
    decision: v.picklist(['restart', 'give-up', 'none']),
    delayMs: v.nullable(v.number()),
    deathsInWindow: v.number(),
  }),
  versions: v.record(v.string(), v.string()),
  os: v.object({
    platform: v.string(),
    release: v.string(),
    arch: v.string(),
    totalMemoryBytes: v.number(),
  }),
  reported: v.boolean(),
})
