import type { Folders } from '../nodes/node'
import type { PlannedNode } from '../workflow/parse'
import type { Workflow } from '../workflow/validate'
import { announceCancelled, type JobContext, jobChannel } from './job-channels'
import type { Frame, Outcome } from './outcome'
import { Interrupted, Pace } from './pace'
import { type Outputs, runWorkflow } from './run-workflow'

/** Shortest interval between two `progress` frames, in ms. */
const PROGRESS_FRAME_MS = 50

export interface JobOptions {
  readonly context: JobContext
  readonly workflow: Workflow
  readonly folders: Folders
  readonly signal: AbortSignal
  /** Sends a frame to the client that submitted the prompt. */
  readonly send: (frame: Frame) => void
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Runs one prompt as a job on the channel `studio.job`. Never rejects: a node that throws is an outcome. */
export async function runJob(options: JobOptions): Promise<Outcome> {
  const { context, send, now } = options
  const job = new Job(options)
  job.tell('execution_start', { timestamp: now() })
  job.tell('execution_cached', { nodes: [], timestamp: now() })
  try {
    const outcome = await jobChannel.tracePromise(() => job.run(), context)
    send({ type: 'executing', data: { node: null, prompt_id: context.id } })
    return outcome
  } catch (error) {
    return job.failed(error)
  }
}

class Job {
  #node: PlannedNode | null = null
  readonly #frames: Frame[] = []
  readonly #executed: string[] = []
  readonly #options: JobOptions

  constructor(options: JobOptions) {
    this.#options = options
  }

  async run(): Promise<Outcome> {
    try {
      const outputs = await runWorkflow(this.#options.workflow, this.#options.folders, this.#listener())
      return this.#ended('success', 'execution_success', {}, outputs)
    } catch (error) {
      // Cancelling is not a failure of the job.
      if (!(error instanceof Interrupted)) throw error
      announceCancelled(this.#options.context)
      return this.#ended('interrupted', 'execution_interrupted', this.#where())
    }
  }

  failed(error: unknown): Outcome {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
    return this.#ended('error', 'execution_error', {
      ...this.#where(),
      exception_message: message,
      exception_type: name,
      traceback: (stack ?? '').split('\n').slice(1),
    })
  }

  tell(type: string, data: Frame['data']): void {
    const frame = { type, data: { prompt_id: this.#options.context.id, ...data } }
    this.#frames.push(frame)
    this.#options.send(frame)
  }

  #listener() {
    const { context, workflow, signal, send, now } = this.#options
    const { id } = context
    const pace = new Pace(signal)
    let lastFrameAt = 0
    return {
      nodeStarted: (node: PlannedNode) => {
        if (this.#node) this.#executed.push(this.#node.id)
        this.#node = node
        send({ type: 'executing', data: { node: node.id, display_node: node.id, prompt_id: id } })
      },
      nodeAdvanced: (node: PlannedNode, index: number, value: number, max: number) => {
        context.progress = Math.min((index + value / max) / workflow.nodes.length, 1)
        if (value === max || now() - lastFrameAt >= PROGRESS_FRAME_MS) {
          lastFrameAt = now()
          send({ type: 'progress', data: { value, max, prompt_id: id, node: node.id } })
        }
        return pace.breathe()
      },
      nodeSaved: (node: PlannedNode, output: Outputs[string]) => {
        send({ type: 'executed', data: { node: node.id, display_node: node.id, output, prompt_id: id } })
      },
    }
  }

  #where(): Frame['data'] {
    return { node_id: this.#node?.id, node_type: this.#node?.type.classType, executed: this.#executed }
  }

  #ended(status: Outcome['status'], type: string, data: Frame['data'], outputs: Outputs = {}): Outcome {
    this.tell(type, { ...data, timestamp: this.#options.now() })
    return { status, outputs, frames: this.#frames }
  }
}

/** The job's context. A prompt has no name of its own: the names of its outputs describe it best. */
export function jobOf(id: string, workflow: Workflow): JobContext {
  const output = workflow.nodes.find((node) => node.type.isOutput)?.inputs.get('filename_prefix')
  const name = output && 'value' in output ? String(output.value) : 'prompt'
  return { id, name, kind: 'prompt', progress: 0 }
}
