import * as v from 'valibot'
import { CONSENTS } from '../../../common/privacy/consent'
import { errorCode, errorMessage } from '../../../common/storage/errors'
import { readRegularFile } from '../../../common/storage/regular-file'
import { finite, isoTime, schemaProblem, textOf } from '../../../common/storage/schema'
import { SUPERVISOR_STATES } from '../../backend/supervisor-state'

export const STATUS_SCHEMA = 1
/** Far more than the record with all its jobs takes, in bytes. */
const MAX_BYTES = 2 ** 20
const MAX_TEXT = 1_000
/** Most jobs named; all of them are counted. */
export const MAX_NAMED_JOBS = 100

const text = textOf(MAX_TEXT)
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const bytes = v.nullable(finite)
const pid = v.pipe(v.number(), v.integer(), v.minValue(1))

const JobSchema = v.object({
  id: text,
  name: v.nullable(text),
  kind: v.nullable(text),
  state: v.picklist(['queued', 'running']),
  progress: v.nullable(finite),
  at: isoTime,
})

const ForecastSchema = v.object({
  id: text,
  kind: text,
  expectedBytes: finite,
  lowBytes: finite,
  highBytes: bytes,
  runs: count,
  basis: v.picklist(['runs', 'sizes', 'bounds']),
  freeBytes: finite,
  boundBy: v.picklist(['limit', 'machine', 'cgroup']),
  leftBytes: finite,
  fits: v.boolean(),
  when: v.picklist(['queued', 'started']),
  at: isoTime,
})

const StandbySchema = v.object({
  pid: v.nullable(pid),
  residentBytes: bytes,
  why: v.nullable(text),
})

const StatusSchema = v.object({
  schema: v.literal(STATUS_SCHEMA),
  at: isoTime,
  app: v.object({ pid, name: text, version: text, electron: text, startedAt: isoTime }),
  endedAt: v.nullable(isoTime),
  state: v.picklist(SUPERVISOR_STATES),
  since: isoTime,
  pid: v.nullable(pid),
  url: v.nullable(text),
  responsive: v.boolean(),
  memory: v.object({
    usedBytes: bytes,
    limitBytes: bytes,
    heapUsedBytes: bytes,
    heapLimitBytes: bytes,
    growth: finite,
    samples: v.array(v.object({ at: isoTime, usedBytes: finite })),
  }),
  running: count,
  waiting: count,
  jobs: v.array(JobSchema),
  today: v.object({
    date: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\d$/)),
    done: count,
    failed: count,
    cancelled: count,
  }),
  forecasts: v.array(ForecastSchema),
  deaths: count,
  restarts: count,
  consent: v.picklist(CONSENTS),
  agent: v.nullable(v.object({ reachable: v.boolean(), reason: v.nullable(text) })),
  /** Records of apps before there was one have none. */
  standby: v.optional(v.nullable(StandbySchema), null),
  way: text,
  unsent: v.object({ jobs: count, incidents: count, profiles: count }),
})

/**
 * How the app is, or was, as it wrote that itself at `at`: the content of `status.json`. Times are ISO 8601, UTC. `since` is
 * when the backend's `state` began, `endedAt` is `null` until the app ends cleanly. `today` counts the jobs that ended on that
 * day, here; `unsent` the records that may leave and that nothing has taken yet.
 */
export type StatusRecord = Readonly<v.InferOutput<typeof StatusSchema>>

export interface StatusOnDisk {
  /** `null` where there is none, or it cannot be read. */
  readonly record: StatusRecord | null
  /** Why it cannot be read, in one line; `null` where it can, and where there is none. */
  readonly problem: string | null
}

/** Reads `status.json` and changes nothing. Never throws. */
export function readStatus(path: string): StatusOnDisk {
  try {
    const result = v.safeParse(StatusSchema, JSON.parse(readRegularFile(path, MAX_BYTES).toString('utf8')), {
      abortEarly: true,
    })
    if (result.success) return { record: result.output, problem: null }
    return { record: null, problem: `it is not a status: ${schemaProblem(result.issues)}` }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { record: null, problem: null }
    return { record: null, problem: error instanceof SyntaxError ? 'it is not JSON' : errorMessage(error) }
  }
}

/** The day of a time where this machine is, `2026-11-23`. @param at milliseconds since the epoch */
export function localDay(at: number): string {
  const time = new Date(at)
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()]
    .map((part, index) => String(part).padStart(index === 0 ? 4 : 2, '0'))
    .join('-')
}
