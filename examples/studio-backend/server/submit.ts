import crypto from 'node:crypto'
import { NODE_TYPES } from '../nodes'
import type { Folders } from '../nodes/node'
import { jobOf, runJob } from '../queue/job'
import type { PromptQueue } from '../queue/prompt-queue'
import { validatePrompt } from '../workflow/validate'
import type { Clients } from './clients'
import { type Answer, errorAnswer } from './http'

export interface Studio {
  readonly queue: PromptQueue
  readonly clients: Clients
  readonly folders: Folders
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

/** Gives each prompt its number, and puts the valid ones into the queue. */
export class Submissions {
  #count = 0
  readonly #studio: Studio

  constructor(studio: Studio) {
    this.#studio = studio
  }

  /** Handles `POST /prompt`. */
  submit(body: unknown): Answer {
    const { queue, clients, folders, now } = this.#studio
    const request = parseRequest(body)
    if ('refusal' in request) return request.refusal
    if (queue.has(request.id)) {
      return errorAnswer(400, 'duplicate_prompt_id', 'A prompt with this id is in the queue', request.id)
    }
    const validated = validatePrompt(request.prompt, NODE_TYPES, folders)
    if (!validated.ok) {
      return { status: 400, body: { error: validated.error, node_errors: validated.nodeErrors } }
    }
    const { workflow, nodeErrors: node_errors } = validated
    const number = request.number ?? (request.front ? -this.#count : this.#count)
    const context = jobOf(request.id, workflow)
    const submission = {
      ...request,
      number,
      outputIds: workflow.outputs,
      createdAt: now(),
      job: context,
    }
    const accepted = queue.submit(submission, (signal) =>
      runJob({
        context,
        workflow,
        folders,
        signal,
        now,
        send: (frame) => request.clientId !== null && clients.send(request.clientId, frame),
      }),
    )
    if (!accepted) return errorAnswer(503, 'queue_full', 'The queue takes no more prompts for now')
    this.#count++
    return { status: 200, body: { prompt_id: request.id, number, node_errors } }
  }
}

interface PromptRequest {
  readonly id: string
  readonly prompt: unknown
  readonly clientId: string | null
  readonly extraData: Readonly<Record<string, unknown>>
  readonly number: number | null
  readonly front: boolean
}

function parseRequest(body: unknown): PromptRequest | { readonly refusal: Answer } {
  const fields: Partial<Record<string, unknown>> = typeof body === 'object' && body !== null ? body : {}
  const { prompt, prompt_id = crypto.randomUUID(), client_id = null, extra_data = {}, number = null } = fields
  if (prompt === undefined) return refuse('no_prompt', 'No prompt provided', 'No prompt provided')
  if (!isId(prompt_id)) return refuse('invalid_prompt_id', 'prompt_id is not a string of 1 to 200 characters')
  if (client_id !== null && !isId(client_id)) {
    return refuse('invalid_client_id', 'client_id is not a string of 1 to 200 characters')
  }
  if (number !== null && !(typeof number === 'number' && Number.isFinite(number))) {
    return refuse('invalid_number', 'number is not a number')
  }
  if (typeof extra_data !== 'object' || extra_data === null || Array.isArray(extra_data)) {
    return refuse('invalid_extra_data', 'extra_data is not an object')
  }
  const extraData = client_id === null ? { ...extra_data } : { ...extra_data, client_id }
  if (!canBeWritten([prompt, extraData])) return refuse('invalid_prompt', 'The prompt is nested too deeply')
  return { id: prompt_id, prompt, clientId: client_id, extraData, number, front: fields.front === true }
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 200
}

/**
 * True if JSON.stringify can write the value: JSON.parse accepts deeper nesting, and the queue must be shown.
 */
function canBeWritten(value: unknown): boolean {
  try {
    JSON.stringify(value)
    return true
  } catch {
    return false
  }
}

function refuse(type: string, message: string, details = ''): { readonly refusal: Answer } {
  return { refusal: errorAnswer(400, type, message, details) }
}
