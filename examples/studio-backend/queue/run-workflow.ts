import type { Image } from '../images/image'
import type { Folders, InputValue, SavedImage } from '../nodes/node'
import type { PlannedNode } from '../workflow/parse'
import type { Workflow } from '../workflow/validate'

export type Outputs = Readonly<Record<string, { readonly images: readonly SavedImage[] }>>

/** Callbacks while a workflow runs. */
export interface Listener {
  nodeStarted(node: PlannedNode): void
  /** Called after each row of pixels; the node goes on when the promise resolves and fails when it rejects. */
  nodeAdvanced(node: PlannedNode, index: number, done: number, total: number): Promise<void>
  nodeSaved(node: PlannedNode, saved: Outputs[string]): void
}

/** Runs the nodes in order. An image is released as soon as the last node that needs it has run. */
export async function runWorkflow(
  workflow: Workflow,
  folders: Folders,
  listener: Listener,
): Promise<Outputs> {
  const images = new Map<string, Image>()
  const lastUse = lastUses(workflow)
  const outputs = new Map<string, Outputs[string]>()
  for (const [index, node] of workflow.nodes.entries()) {
    listener.nodeStarted(node)
    const advance = (done: number, total: number) => listener.nodeAdvanced(node, index, done, total)
    const result = await node.type.run(inputValues(node, images), { folders, advance })
    if ('saved' in result) {
      outputs.set(node.id, result.saved)
      listener.nodeSaved(node, result.saved)
    } else {
      images.set(node.id, result.image)
    }
    for (const id of lastUse.get(node.id) ?? []) images.delete(id)
  }
  return Object.fromEntries(outputs)
}

function inputValues(node: PlannedNode, images: ReadonlyMap<string, Image>): Map<string, InputValue> {
  const values = new Map<string, InputValue>()
  for (const [name, input] of node.inputs) {
    const value = 'from' in input ? images.get(input.from) : input.value
    if (value === undefined) throw new Error(`Input ${name} of node ${node.id} is not there`)
    values.set(name, value)
  }
  return values
}

/** The images that no later node needs, for each node. */
function lastUses(workflow: Workflow): Map<string, string[]> {
  const lastUser = new Map<string, string>()
  for (const node of workflow.nodes) {
    for (const input of node.inputs.values()) if ('from' in input) lastUser.set(input.from, node.id)
  }
  const uses = new Map<string, string[]>()
  for (const [image, user] of lastUser) uses.set(user, [...(uses.get(user) ?? []), image])
  return uses
}
