import type { Folders, InputSpec, NodeType } from '../nodes/node'
import { type PromptError, promptError } from './errors'
import { parseLiteral } from './input'

/** Most nodes in one prompt. */
export const MAX_NODES = 1_000

export type PlannedInput = { readonly from: string } | { readonly value: number | string }

/** A node of a prompt, as far as it could be understood. */
export interface PlannedNode {
  readonly id: string
  readonly type: NodeType
  readonly inputs: ReadonlyMap<string, PlannedInput>
  readonly errors: readonly PromptError[]
}

interface RawNode {
  readonly type: NodeType
  readonly inputs: Readonly<Record<string, unknown>>
}

export type ParsedPrompt =
  | { readonly nodes: ReadonlyMap<string, PlannedNode> }
  | { readonly error: PromptError }

/** The nodes of a prompt with the errors of each; a single error if it is not a prompt at all. */
export function parsePrompt(
  prompt: unknown,
  types: ReadonlyMap<string, NodeType>,
  folders: Folders,
): ParsedPrompt {
  if (!isObject(prompt)) {
    return { error: promptError('no_prompt', 'No prompt provided', 'prompt is not an object of nodes') }
  }
  const entries = Object.entries(prompt)
  if (entries.length > MAX_NODES) {
    const message = `The prompt has more than ${MAX_NODES} nodes`
    return { error: promptError('invalid_prompt', message, `${entries.length} nodes`) }
  }
  const raw = new Map<string, RawNode>()
  for (const [id, node] of entries) {
    const parsed = parseNode(id, node, types)
    if ('message' in parsed) return { error: parsed }
    raw.set(id, parsed)
  }
  return { nodes: new Map([...raw].map(([id, node]) => [id, planNode(id, node, raw, folders)])) }
}

function parseNode(id: string, node: unknown, types: ReadonlyMap<string, NodeType>): RawNode | PromptError {
  const classType = isObject(node) ? node.class_type : undefined
  const details = `Node ID '#${id}'`
  if (!isObject(node) || typeof classType !== 'string') {
    const message = 'Cannot execute because a node is missing the class_type property.'
    return promptError('missing_node_type', message, details, { node_id: id })
  }
  const type = types.get(classType)
  if (type === undefined) {
    const message = `Cannot execute because node ${classType.slice(0, 100)} does not exist.`
    return promptError('missing_node_type', message, details, { node_id: id, class_type: classType })
  }
  const inputs = node.inputs ?? {}
  if (isObject(inputs)) return { type, inputs }
  return promptError('invalid_prompt', 'The inputs of a node are not an object', details, { node_id: id })
}

function planNode(
  id: string,
  node: RawNode,
  all: ReadonlyMap<string, RawNode>,
  folders: Folders,
): PlannedNode {
  const inputs = new Map<string, PlannedInput>()
  const errors: PromptError[] = []
  for (const [name, spec] of node.type.inputs) {
    const planned = planInput(name, spec, node.inputs, all, folders)
    if ('error' in planned) errors.push(planned.error)
    else inputs.set(name, planned)
  }
  return { id, type: node.type, inputs, errors }
}

function planInput(
  name: string,
  spec: InputSpec,
  given: Readonly<Record<string, unknown>>,
  all: ReadonlyMap<string, RawNode>,
  folders: Folders,
): PlannedInput | { readonly error: PromptError } {
  if (!Object.hasOwn(given, name)) {
    return {
      error: promptError('required_input_missing', 'Required input is missing', name, { input_name: name }),
    }
  }
  const value = given[name]
  if (Array.isArray(value)) return planLink(name, spec, value, all)
  if (spec.type !== 'IMAGE') return parseLiteral(name, spec, value, folders)
  return badLink(name, 'Bad linked input, must be a length-2 list of [node_id, slot_index]', value)
}

function planLink(
  name: string,
  spec: InputSpec,
  link: readonly unknown[],
  all: ReadonlyMap<string, RawNode>,
): PlannedInput | { readonly error: PromptError } {
  const [from, slot] = link
  if (link.length !== 2 || typeof from !== 'string' || typeof slot !== 'number') {
    return badLink(name, 'Bad linked input, must be a length-2 list of [node_id, slot_index]', link)
  }
  const source = all.get(from)
  if (source === undefined) return badLink(name, 'Bad linked input, the linked node does not exist', link)
  if (source.type.isOutput || slot !== 0) {
    return badLink(name, 'Bad linked input, the linked node has no such output', link)
  }
  if (spec.type === 'IMAGE') return { from }
  const details = `${name}, received_type(IMAGE) mismatch input_type(${spec.type})`
  return {
    error: promptError('return_type_mismatch', 'Return type mismatch between linked nodes', details, {
      input_name: name,
      received_type: 'IMAGE',
      linked_node: link,
    }),
  }
}

function badLink(name: string, message: string, received_value: unknown): { readonly error: PromptError } {
  return { error: promptError('bad_linked_input', message, name, { input_name: name, received_value }) }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
