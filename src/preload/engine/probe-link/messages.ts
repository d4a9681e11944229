import * as v from 'valibot'

/** Characters of one text; the probe cuts at the same length. */
const MAX_TEXT = 2_000

const text = v.pipe(
  v.string(),
  v.transform((value) => value.slice(0, MAX_TEXT)),
)
const optionalText = v.nullish(text, null)
const key = v.pipe(v.number(), v.integer(), v.minValue(1))
/** Of the job; `null` for a node that runs outside any. */
const jobKey = v.nullable(key)
const bytes = v.pipe(v.number(), v.finite())
/** When it happened, in seconds since the epoch: the probe's `time.time()`. */
const seconds = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(8.64e12))
const where = { node: optionalText, cls: optionalText, pack: optionalText }

/** `[bytes, function, file, line, node, class, pack]`, most bytes first. */
const PlacesSchema = v.pipe(
  v.array(v.tuple([bytes, text, text, v.number(), optionalText, optionalText, optionalText])),
  v.transform((places) =>
    places.slice(0, 20).map(([held, name, file, line, node, cls, pack]) => ({
      bytes: held,
      function: name,
      file,
      line,
      node,
      cls,
      pack,
    })),
  ),
)

/** The messages of the probe, as `../probe/README.md` has them. */
const ProbeMessageSchema = v.variant('k', [
  v.object({
    k: v.literal('hello'),
    t: seconds,
    v: v.literal(1),
    token: v.string(),
    pid: key,
    python: text,
    executable: text,
    folder: text,
  }),
  v.objectWithRest({ k: v.literal('hooks'), t: seconds }, v.union([v.boolean(), v.number(), v.string()])),
  v.object({
    k: v.literal('pack'),
    t: seconds,
    name: text,
    seconds: v.number(),
    rss: bytes,
    loaded: v.boolean(),
  }),
  v.object({
    k: v.literal('queued'),
    t: seconds,
    key,
    id: text,
    number: v.nullable(v.number()),
    name: optionalText,
    output: optionalText,
    loaders: v.array(text),
    nodes: v.number(),
  }),
  v.object({ k: v.literal('carry'), t: seconds, key, submission: v.record(v.string(), v.unknown()) }),
  v.object({ k: v.literal('not-carried'), t: seconds, key }),
  v.object({ k: v.literal('started'), t: seconds, key, id: text, rss: bytes }),
  v.object({ k: v.literal('cached'), t: seconds, key: jobKey, nodes: v.array(text) }),
  v.object({ k: v.literal('node'), t: seconds, key: jobKey, ...where, node: text, rss: bytes }),
  v.object({
    k: v.literal('node-end'),
    t: seconds,
    key: jobKey,
    node: text,
    how: v.picklist(['done', 'failed', 'pending', 'unknown']),
    rss: bytes,
    peak: bytes,
    growth: bytes,
  }),
  v.object({
    k: v.literal('progress'),
    t: seconds,
    key,
    node: optionalText,
    value: v.nullish(v.number(), null),
    max: v.nullish(v.number(), null),
  }),
  v.object({
    k: v.literal('error'),
    t: seconds,
    key,
    ...where,
    type: optionalText,
    message: optionalText,
    traceback: v.array(text),
  }),
  v.object({
    k: v.literal('ended'),
    t: seconds,
    key,
    id: text,
    status: v.picklist(['success', 'error', 'interrupted', 'unknown']),
    rss: bytes,
    peak: bytes,
    growth: bytes,
    top: PlacesSchema,
  }),
  v.object({ k: v.literal('cancelled'), t: seconds, key, id: text, how: text }),
  v.object({
    k: v.literal('left'),
    t: seconds,
    key,
    id: text,
    before: bytes,
    after: bytes,
    places: PlacesSchema,
  }),
  v.object({
    k: v.literal('rejected'),
    t: seconds,
    reason: optionalText,
    kinds: v.array(text),
    nodes: v.number(),
  }),
  v.object({
    k: v.literal('worker-failed'),
    t: seconds,
    key: v.nullable(key),
    ...where,
    type: text,
    message: text,
    frames: v.array(v.tuple([text, text, v.number()])),
  }),
  v.object({ k: v.literal('worker-dead'), t: seconds, thread: text }),
  v.object({
    k: v.literal('sample'),
    t: seconds,
    rss: bytes,
    loopDelay: v.nullable(v.number()),
    top: PlacesSchema,
  }),
  v.object({ k: v.literal('dropped'), t: seconds, count: v.number() }),
])

export type ProbeMessage = v.InferOutput<typeof ProbeMessageSchema>
export type ProbeMessageOf<Kind extends ProbeMessage['k']> = Extract<ProbeMessage, { k: Kind }>

/** `null` for a line that is no message of the probe's: it is dropped. */
export function parseProbeMessage(line: string): ProbeMessage | null {
  try {
    const result = v.safeParse(ProbeMessageSchema, JSON.parse(line))
    return result.success ? result.output : null
  } catch {
    return null
  }
}
