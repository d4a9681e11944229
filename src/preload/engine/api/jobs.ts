import * as v from 'valibot'

/** The engine API's schemas of jobs (ComfyUI: `server.py`, `execution.py`, `comfy_execution/jobs.py`). */

const id = v.pipe(v.string(), v.minLength(1))

/** The jobs that have not ended, oldest first. */
export interface Listing {
  readonly running: readonly string[]
  readonly pending: readonly string[]
}

/**
 * The response of `GET /api/jobs?status=in_progress,pending`: small, and missing in engines from before 2026.
 */
export const JobsSchema: v.GenericSchema<unknown, Listing> = v.pipe(
  v.object({ jobs: v.array(v.object({ id, status: v.string() })) }),
  v.transform(({ jobs }) => {
    const withStatus = (wanted: string) =>
      jobs.flatMap(({ id: jobId, status }) => (status === wanted ? jobId : []))
    return { running: withStatus('in_progress'), pending: withStatus('pending') }
  }),
)

/** A queued job, `[number, prompt_id, prompt, extra_data, outputs]`. */
const QueueItemSchema = v.looseTuple([v.number(), id])

/** The response of `GET /queue`: each job with its whole workflow. */
export const QueueSchema: v.GenericSchema<unknown, Listing> = v.pipe(
  v.object({ queue_running: v.array(QueueItemSchema), queue_pending: v.array(QueueItemSchema) }),
  v.transform(({ queue_running, queue_pending }) => ({
    running: queue_running.map(([, jobId]) => jobId),
    pending: queue_pending.map(([, jobId]) => jobId),
  })),
)

const text = v.fallback(v.nullable(v.string()), null)
const nodeId = v.pipe(v.union([v.string(), v.number()]), v.transform(String))

/** The part of `execution_error` that is kept: `current_inputs` is the job's payload. */
const ExecutionErrorSchema = v.object({
  exception_type: text,
  exception_message: text,
  node_id: v.fallback(v.nullable(nodeId), null),
  node_type: text,
})

/** The outcome of a job. */
export type Outcome =
  | { readonly state: 'done' }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: ExecutionError }

export interface ExecutionError {
  /** The exception's type with its module: `torch.OutOfMemoryError`. */
  readonly type: string
  readonly message: string
  readonly nodeId: string | null
  readonly nodeType: string | null
  /** Python's traceback; missing where it is not known. */
  readonly stack?: string | null
}

const HistoryEntrySchema = v.pipe(
  v.object({
    status: v.nullish(
      v.object({ status_str: text, messages: v.fallback(v.array(v.looseTuple([v.string()])), []) }),
    ),
  }),
  v.transform(({ status }): Outcome => {
    const told = (type: string) => status?.messages.findLast(([name]) => name === type)
    const failure = told('execution_error')
    if (failure) return { state: 'failed', error: executionError(failure[1]) }
    if (told('execution_interrupted')) return { state: 'cancelled' }
    // There is no error: the engine failed outside of every node.
    const unexplained = { type: 'Error', message: 'the engine gave no reason', nodeId: null, nodeType: null }
    return status?.status_str === 'error' ? { state: 'failed', error: unexplained } : { state: 'done' }
  }),
)

function executionError(data: unknown): ExecutionError {
  const parsed = v.safeParse(ExecutionErrorSchema, data)
  const { exception_type, exception_message, node_id, node_type } = parsed.success
    ? parsed.output
    : { exception_type: null, exception_message: null, node_id: null, node_type: null }
  return {
    type: exception_type || 'Error',
    message: exception_message?.trim() ?? '',
    nodeId: node_id,
    nodeType: node_type,
  }
}

/**
 * The response of `GET /history/{id}` and `GET /history?max_items=`: the outcome of each job, oldest first;
 * jobs that are missing are unknown.
 */
export const HistorySchema: v.GenericSchema<unknown, ReadonlyMap<string, Outcome>> = v.pipe(
  v.record(v.string(), HistoryEntrySchema),
  v.transform((entries) => new Map(Object.entries(entries))),
)

/**
 * The response of `GET /api/jobs/{id}`: the type of each of a job's nodes by id. Nothing else of the workflow
 * is kept.
 */
export const NodeTypesSchema: v.GenericSchema<unknown, ReadonlyMap<string, string>> = v.pipe(
  v.object({
    workflow: v.object({ prompt: v.record(v.string(), v.object({ class_type: v.string() })) }),
  }),
  v.transform(
    ({ workflow }) =>
      new Map(Object.entries(workflow.prompt).map(([node, { class_type }]) => [node, class_type])),
  ),
)
