/** A node of a workflow: its id there, its class, and the folder below `custom_nodes` that it comes from. */
export interface EngineNode {
  readonly id: string
  readonly type: string | null
  readonly pack: string | null
}
