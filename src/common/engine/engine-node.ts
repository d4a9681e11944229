/** A node of a workflow: its id there, its class, and the folder below `custom_nodes` that it comes from. */
export interface EngineNode {
  readonly id: string
  readonly type: string | null
  readonly pack: string | null
}

/** Names a node: `SamplerCustom (node 12) of pack X`. */
export function describeNode({ id, type, pack }: EngineNode): string {
  return `${type ?? 'a node'} (node ${id})${pack === null ? '' : ` of pack ${pack}`}`
}
