import * as v from 'valibot'

/**
 * The WebSocket frames that a listener of its own gets from the engine (ComfyUI: `server.py`, `execution.py`,
 * `comfy_execution/progress.py`): `status` always. `progress` and `progress_state` go to the client that
 * submitted the job, and to everybody if the job named none, as with scripts. `execution_*`, `executing` and
 * `executed` go only to the submitter.
 */
export type Frame =
  | { readonly type: 'status'; readonly remaining: number }
  | { readonly type: 'nodes'; readonly jobId: string; readonly nodes: readonly NodeState[] }

export interface NodeState {
  readonly id: string
  /** The node's progress, from 0 to 1. */
  readonly share: number
  readonly isOver: boolean
}

const text = v.pipe(v.string(), v.minLength(1))
const figure = v.pipe(v.number(), v.minValue(0))

const StatusSchema = v.pipe(
  v.object({
    type: v.literal('status'),
    data: v.object({ status: v.object({ exec_info: v.object({ queue_remaining: figure }) }) }),
  }),
  v.transform(({ data }): Frame => ({ type: 'status', remaining: data.status.exec_info.queue_remaining })),
)

/** The progress of one running node; the ones before it have finished. */
const ProgressSchema = v.pipe(
  v.object({
    type: v.literal('progress'),
    data: v.object({ value: figure, max: figure, prompt_id: text, node: text }),
  }),
  v.transform(({ data }): Frame => {
    const node = { id: data.node, share: shareOf(data.value, data.max), isOver: false }
    return { type: 'nodes', jobId: data.prompt_id, nodes: [node] }
  }),
)

/** The progress of all nodes of the job that have begun. */
const ProgressStateSchema = v.pipe(
  v.object({
    type: v.literal('progress_state'),
    data: v.object({
      prompt_id: text,
      nodes: v.record(v.string(), v.object({ value: figure, max: figure, state: v.string() })),
    }),
  }),
  v.transform(({ data }): Frame => {
    const nodes = Object.entries(data.nodes).flatMap(([id, { value, max, state }]) => {
      const isOver = state !== 'running' && state !== 'pending'
      return state === 'pending' ? [] : { id, share: isOver ? 1 : shareOf(value, max), isOver }
    })
    return { type: 'nodes', jobId: data.prompt_id, nodes }
  }),
)

const FrameSchema = v.union([StatusSchema, ProgressSchema, ProgressStateSchema])

/** Parses a frame; `null` for any other. */
export function parseFrame(data: string): Frame | null {
  try {
    const parsed = v.safeParse(FrameSchema, JSON.parse(data))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}

function shareOf(value: number, max: number): number {
  return max > 0 ? Math.min(1, value / max) : 0
}
