import * as v from 'valibot'

/**
 * The payloads that Datadog's intakes take, as far as others send them. No schema of the span intake is public: these are what two of
 * Datadog's own clients were seen to send. Extra fields are refused: nobody knows what they would do.
 */

const hex64 = v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/, 'not 16 hexadecimal digits'))
const integer = v.pipe(v.number(), v.integer())
const nanoseconds = v.pipe(integer, v.minValue(0))
const finite = v.pipe(v.number(), v.finite())

const SpanSchema = v.strictObject({
  trace_id: hex64,
  span_id: hex64,
  parent_id: hex64,
  name: v.pipe(v.string(), v.minLength(1)),
  resource: v.pipe(v.string(), v.minLength(1)),
  service: v.pipe(v.string(), v.minLength(1)),
  type: v.string(),
  error: v.picklist([0, 1]),
  start: v.pipe(nanoseconds, v.minValue(1e18)),
  duration: nanoseconds,
  meta: v.record(v.string(), v.string()),
  metrics: v.record(v.string(), finite),
})
const spans = v.pipe(v.array(SpanSchema), v.minLength(1))

/** electron-sdk 0.9, with a client token. */
export const TokenSpansSchema = v.pipe(v.array(v.strictObject({ env: v.string(), spans })), v.minLength(1))

/** dd-trace 5.132 (@datadog/libdatadog 0.21), with an API key. */
export const ApiKeySpansSchema = v.strictObject({
  traces: v.pipe(
    v.array(
      v.strictObject({
        hostname: v.string(),
        env: v.string(),
        languageName: v.string(),
        languageVersion: v.string(),
        spans,
      }),
    ),
    v.minLength(1),
  ),
})

/** Datadog's API, `POST /api/v2/logs` (`HTTPLogItem`), which takes any further attributes: these are all that there may be. */
export const LogsSchema = v.pipe(
  v.array(
    v.strictObject({
      message: v.pipe(v.string(), v.minLength(1), v.maxLength(1_000_000)),
      status: v.picklist(['info', 'warn', 'error']),
      timestamp: v.pipe(v.string(), v.isoTimestamp()),
      ddsource: v.pipe(v.string(), v.minLength(1)),
      ddtags: v.pipe(v.string(), v.regex(/^[a-z][\w.-]*:[^,]*(,[a-z][\w.-]*:[^,]*)*$/i, 'not tags')),
      service: v.pipe(v.string(), v.minLength(1)),
      dd: v.optional(v.looseObject({})),
      studio: v.optional(v.looseObject({})),
    }),
  ),
  v.minLength(1),
  v.maxLength(1_000),
)

export type IntakeLog = v.InferOutput<typeof LogsSchema>[number]

/**
 * `event.json` of a profile, as dd-trace 5.132 sends it (`profiling/exporters/event_serializer`), with the tags by which
 * Datadog shows it beside its traces.
 */
export const ProfileEventSchema = v.looseObject({
  attachments: v.pipe(v.array(v.picklist(['wall.pprof', 'space.pprof'])), v.minLength(1)),
  start: v.pipe(v.string(), v.isoTimestamp()),
  end: v.pipe(v.string(), v.isoTimestamp()),
  family: v.literal('node'),
  version: v.literal('4'),
  tags_profiler: v.pipe(
    v.string(),
    v.check(
      (tags) =>
        [
          'language:javascript',
          'runtime:nodejs',
          'format:pprof',
          'service:',
          'snapshot:',
          'profile_seq:',
        ].every((tag) => tags.split(',').some((one) => one.startsWith(tag))),
      'a tag is missing',
    ),
  ),
  endpoint_counts: v.looseObject({}),
})

export type IntakeSpan = v.InferOutput<typeof SpanSchema>

const tags = v.array(v.pipe(v.string(), v.regex(/^[a-z][^,]*$/, 'not a tag')))
const seconds = v.pipe(integer, v.minValue(1e9), v.maxValue(1e10))
const metricName = v.pipe(v.string(), v.regex(/^[a-zA-Z][\w.]{0,199}$/, 'not the name of a metric'))

/** Datadog's API, `POST /api/v2/series`: 1 is a count, 3 a gauge. */
export const SeriesSchema = v.strictObject({
  series: v.pipe(
    v.array(
      v.strictObject({
        metric: metricName,
        type: v.picklist([1, 3]),
        interval: v.optional(v.pipe(integer, v.minValue(1))),
        points: v.pipe(v.array(v.strictObject({ timestamp: seconds, value: finite })), v.minLength(1)),
        tags,
      }),
    ),
    v.minLength(1),
  ),
})

/** Datadog's API, `POST /api/v1/distribution_points`. */
export const DistributionsSchema = v.strictObject({
  series: v.pipe(
    v.array(
      v.strictObject({
        metric: metricName,
        points: v.pipe(
          v.array(v.strictTuple([seconds, v.pipe(v.array(finite), v.minLength(1))])),
          v.minLength(1),
        ),
        tags,
      }),
    ),
    v.minLength(1),
  ),
})
