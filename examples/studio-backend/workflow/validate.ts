import type { Folders, NodeType } from '../nodes/node'
import { type NodeErrors, type PromptError, promptError } from './errors'
import { executionOrder } from './order'
import { type PlannedNode, parsePrompt } from './parse'

/** A valid workflow: nodes in the order in which they run, and the ids of the output nodes among them. */
export interface Workflow {
  readonly nodes: readonly PlannedNode[]
  readonly outputs: readonly string[]
}

export type NodeErrorsById = Readonly<Record<string, NodeErrors>>

/**
 * The result of validation: as in the engine, outputs without errors run; the errors of the others come
 * along.
 */
export type Validated =
  | { readonly ok: true; readonly workflow: Workflow; readonly nodeErrors: NodeErrorsById }
  | { readonly ok: false; readonly error: PromptError; readonly nodeErrors: NodeErrorsById }

export function validatePrompt(
  prompt: unknown,
  types: ReadonlyMap<string, NodeType>,
  folders: Folders,
): Validated {
  const parsed = parsePrompt(prompt, types, folders)
  if ('error' in parsed) return refused(parsed.error)
  const { nodes } = parsed
  const outputs = [...nodes.values()].filter((node) => node.type.isOutput).map((node) => node.id)
  if (outputs.length === 0) return refused(promptError('prompt_no_outputs', 'Prompt has no outputs'))

  const report = new ErrorReport()
  const planned = new Set<PlannedNode>()
  const sound: string[] = []
  for (const output of outputs) {
    const needed = neededNodes(nodes, output, report)
    if (needed === null) continue
    sound.push(output)
    for (const node of needed) planned.add(node)
  }
  if (sound.length > 0) {
    return { ok: true, workflow: { nodes: [...planned], outputs: sound }, nodeErrors: report.byId() }
  }
  const message = 'Prompt outputs failed validation'
  return refused(promptError('prompt_outputs_failed_validation', message, report.lines()), report.byId())
}

/** The nodes that an output needs; `null` if it cannot run, with the reason in the report. */
function neededNodes(
  nodes: ReadonlyMap<string, PlannedNode>,
  output: string,
  report: ErrorReport,
): PlannedNode[] | null {
  const order = executionOrder(nodes, output)
  const ids = 'cycleAt' in order ? [order.cycleAt] : order.ids
  const needed = ids.flatMap((id) => nodes.get(id) ?? [])
  if ('cycleAt' in order) {
    const cycle = promptError('dependency_cycle', 'Dependency cycle detected', `Node ID '#${order.cycleAt}'`)
    for (const node of needed) report.add(node, [cycle], output)
    return null
  }
  const broken = needed.filter((node) => node.errors.length > 0)
  for (const node of broken) report.add(node, node.errors, output)
  return broken.length === 0 ? needed : null
}

class ErrorReport {
  readonly #found = new Map<PlannedNode, { errors: readonly PromptError[]; outputs: string[] }>()

  add(node: PlannedNode, errors: readonly PromptError[], output: string): void {
    const known = this.#found.get(node)
    if (known) known.outputs.push(output)
    else this.#found.set(node, { errors, outputs: [output] })
  }

  byId(): NodeErrorsById {
    const entries = [...this.#found].map(([node, { errors, outputs }]) => [
      node.id,
      { errors, dependent_outputs: outputs, class_type: node.type.classType },
    ])
    return Object.fromEntries(entries)
  }

  lines(): string {
    const errors = [...this.#found].flatMap(([node, found]) =>
      found.errors.map(
        ({ message, details }) => `* ${node.type.classType} ${node.id}: ${message}: ${details}`,
      ),
    )
    return errors.join('\n')
  }
}

function refused(error: PromptError, nodeErrors: NodeErrorsById = {}): Validated {
  return { ok: false, error, nodeErrors }
}
