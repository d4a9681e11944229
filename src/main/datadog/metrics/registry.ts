import { CAUSES, DEATH_CAUSES } from '../../backend/cause'

/** A tag whose values are not known before: so many of them on one machine, `other` among them for the rest. */
export interface BoundedTag {
  readonly atMost: number
}

declare const bounded: unique symbol
/** A value of such a tag, as who keeps the bound gives it. */
export type BoundedValue = string & { readonly [bounded]: true }

/** The definition of one metric. */
export interface MetricDefinition {
  /** The type it is sent as. A count covers the last ten seconds and is not a total. */
  readonly type: 'gauge' | 'count' | 'distribution'
  /** Datadog's unit (https://docs.datadoghq.com/metrics/units); `null` for a plain number. */
  readonly unit: 'byte' | 'second' | 'percent' | 'event' | 'item' | 'job' | null
  readonly perUnit: 'second' | null
  /** Its own tags and all their values; the tracer's tags come with each metric. */
  readonly tags: Readonly<Record<string, readonly string[] | BoundedTag>>
  readonly meaning: string
}

const ENDS = ['done', 'failed', 'cancelled'] as const
const PARTS = ['main', 'profiler'] as const
const RECORDS = ['job', 'incident', 'profile'] as const

const COUNT_OF_JOBS = { type: 'count', unit: 'job', perUnit: null } as const
const JOBS = { type: 'gauge', unit: 'job', perUnit: null } as const
const BYTES = { type: 'gauge', unit: 'byte', perUnit: null } as const
const FLAG = { type: 'gauge', unit: null, perUnit: null } as const
const SECONDS = { type: 'gauge', unit: 'second', perUnit: null } as const
/** The folder of `custom_nodes`; `core` for the engine's own nodes. */
export const PACK_TAG = { pack: { atMost: 16 } } as const satisfies Record<string, BoundedTag>
const EVENTS = { type: 'count', unit: 'event', perUnit: null } as const

/**
 * Every metric that Studio sends. A metric that is missing here does not compile; docs/metrics.md, dashboard and
 * monitors follow it.
 */
export const METRICS = {
  'studio.backend.up': {
    ...FLAG,
    tags: {},
    meaning: '1 while the backend runs, 0 while it does not; sent as long as the app lives',
  },
  'studio.backend.uptime': {
    type: 'gauge',
    unit: 'second',
    perUnit: null,
    tags: {},
    meaning: 'how long the backend has been running',
  },
  'studio.backend.gave_up': {
    ...FLAG,
    tags: {},
    meaning: '1 when the backend died too often and is not started again',
  },
  'studio.backend.deaths': {
    ...EVENTS,
    tags: { cause: DEATH_CAUSES, oom: ['true', 'false'] },
    meaning: 'deaths of the backend; `oom` says whether for want of memory',
  },
  'studio.backend.restarts': {
    ...EVENTS,
    tags: { cause: [...DEATH_CAUSES, 'requested', 'recycled'] },
    meaning:
      'starts after the first, by the death before them; asked for; of an engine replaced between two jobs',
  },
  'studio.backend.silences': {
    ...EVENTS,
    tags: {},
    meaning: 'times the backend stopped responding, ended for it or not',
  },
  'studio.backend.memory.rss': {
    ...BYTES,
    tags: {},
    meaning: 'resident memory of the backend and all that it started',
  },
  'studio.backend.memory.limit': {
    ...BYTES,
    tags: {},
    meaning: '`STUDIO_MEMORY_LIMIT`; not sent when it is off',
  },
  'studio.backend.memory.growth': {
    type: 'gauge',
    unit: 'byte',
    perUnit: 'second',
    tags: {},
    meaning: 'rate of a rise that has been steady for minutes and leads to the limit; else 0',
  },
  'studio.backend.heap.used': {
    ...BYTES,
    tags: {},
    meaning: "V8 heap in use, as of the backend's last sign",
  },
  'studio.backend.heap.limit': { ...BYTES, tags: {}, meaning: 'V8 heap at which the backend dies' },
  'studio.event_loop.delay': {
    type: 'gauge',
    unit: 'second',
    perUnit: null,
    tags: { process: ['main', 'backend'] },
    meaning: 'the longest that an event loop was held up, to a tenth of a second; a stuck one says so later',
  },
  'studio.jobs.started': { ...COUNT_OF_JOBS, tags: {}, meaning: 'jobs that began to run' },
  'studio.jobs.completed': { ...COUNT_OF_JOBS, tags: {}, meaning: 'jobs that ended well' },
  'studio.jobs.failed': {
    ...COUNT_OF_JOBS,
    tags: { cause: CAUSES },
    meaning: 'jobs that were lost; `app-killed` ones are counted at the next start',
  },
  'studio.jobs.resubmitted': {
    ...COUNT_OF_JOBS,
    tags: {},
    meaning: 'jobs that had not begun when the engine died, and were submitted again to the next one',
  },
  'studio.jobs.cancelled': {
    ...COUNT_OF_JOBS,
    tags: {},
    meaning: 'jobs that the user did not want any more, also by quitting',
  },
  'studio.jobs.running': { ...JOBS, tags: {}, meaning: 'jobs that run' },
  'studio.jobs.queued': { ...JOBS, tags: {}, meaning: 'jobs that wait' },
  'studio.jobs.duration': {
    type: 'distribution',
    unit: 'second',
    perUnit: null,
    tags: { end: ENDS },
    meaning: 'from start to end of a job, by how it ended',
  },
  'studio.jobs.wait': {
    type: 'distribution',
    unit: 'second',
    perUnit: null,
    tags: {},
    meaning: 'from when a job was accepted until it ran',
  },
  'studio.engine.packs.import_time': {
    ...SECONDS,
    tags: PACK_TAG,
    meaning: "how long the engine's start took to import a pack of custom nodes; sent once for each start",
  },
  'studio.engine.packs.import_memory': {
    ...BYTES,
    tags: PACK_TAG,
    meaning: 'what the resident memory grew by meanwhile',
  },
  'studio.engine.jobs.memory_peak': {
    ...BYTES,
    tags: {},
    meaning: "the engine's largest resident memory while a job ran, of the jobs of ten seconds",
  },
  'studio.engine.jobs.memory_growth': {
    ...BYTES,
    tags: {},
    meaning: 'the most that a job added to it; less than 0 where each of them freed some',
  },
  'studio.engine.nodes.memory_peak': {
    ...BYTES,
    tags: PACK_TAG,
    meaning: "the engine's largest resident memory while a node of the pack ran; `core` are its own nodes",
  },
  'studio.engine.nodes.memory_growth': {
    ...BYTES,
    tags: PACK_TAG,
    meaning: 'the most that one node of the pack added to it',
  },
  'studio.engine.gpu.allocated': {
    ...BYTES,
    tags: {},
    meaning: 'GPU memory of the tensors, as torch counts it; not sent before torch has initialised CUDA',
  },
  'studio.engine.gpu.reserved': { ...BYTES, tags: {}, meaning: 'GPU memory that torch holds for them' },
  'studio.engine.gpu.peak': {
    ...BYTES,
    tags: {},
    meaning: 'the most that was allocated since the engine began',
  },
  'studio.jobs.forecast': {
    ...COUNT_OF_JOBS,
    tags: { fits: ['true', 'false'] },
    meaning: 'jobs whose need of memory was foretold; `fits` says whether that was free when they began',
  },
  'studio.jobs.forecast.error': {
    type: 'distribution',
    unit: 'percent',
    perUnit: null,
    tags: {},
    meaning: 'how far a forecast was off, as a part of what the job took',
  },
  'studio.jobs.forecast.false_alarms': {
    ...COUNT_OF_JOBS,
    tags: {},
    meaning: 'jobs that were expected not to fit, and ended well all the same',
  },
  'studio.jobs.held': {
    ...COUNT_OF_JOBS,
    tags: { room: ['true', 'false'] },
    meaning:
      'jobs that were held until room was made for them; `room` says whether there was when they began',
  },
  'studio.monitor.cpu': {
    type: 'gauge',
    unit: 'percent',
    perUnit: null,
    tags: { part: PARTS },
    meaning: "share of one core: the app's main process, and the thread in the backend that takes profiles",
  },
  'studio.monitor.memory': {
    ...BYTES,
    tags: { part: PARTS },
    meaning: 'resident memory of the main process; V8 heap of the thread',
  },
  'studio.delivery.waiting': {
    type: 'gauge',
    unit: 'item',
    perUnit: null,
    tags: { record: RECORDS },
    meaning: 'failed jobs, incidents and sets of profiles that no Agent has taken yet',
  },
  'studio.delivery.oldest_age': {
    type: 'gauge',
    unit: 'second',
    perUnit: null,
    tags: { record: RECORDS },
    meaning: 'how long the oldest of them has been waiting; 0 when none is',
  },
} as const satisfies Record<string, MetricDefinition>

export type MetricName = keyof typeof METRICS
export type MetricType = MetricDefinition['type']

/** The names of the metrics of one type. */
export type MetricOf<Type extends MetricType> = {
  [Name in MetricName]: (typeof METRICS)[Name]['type'] extends Type ? Name : never
}[MetricName]

/** A value for each tag of a metric. */
export type TagsOf<Name extends MetricName> = {
  readonly [Tag in keyof (typeof METRICS)[Name]['tags']]: (typeof METRICS)[Name]['tags'][Tag] extends readonly (infer Value)[]
    ? Value
    : BoundedValue
}

/** One value of one tag. */
export type TagValue<Name extends MetricName, Tag extends keyof TagsOf<Name>> = TagsOf<Name>[Tag]

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[]
