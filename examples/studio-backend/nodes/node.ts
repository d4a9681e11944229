import type { Advance, Image } from '../images/image'

/** The folders that LoadImage reads and SaveImage writes. */
export interface Folders {
  readonly input: string
  readonly output: string
}

/** The values that a node accepts for one input; the names of the types are the engine's. */
export type InputSpec =
  | { readonly type: 'IMAGE' }
  | { readonly type: 'INT' | 'FLOAT'; readonly min: number; readonly max: number }
  | { readonly type: 'STRING'; readonly check?: (value: string, folders: Folders) => string | null }
  | { readonly type: 'COMBO'; readonly options: readonly string[] }

type ValueOf<Spec extends InputSpec> = Spec extends { type: 'IMAGE' }
  ? Image
  : Spec extends { type: 'INT' | 'FLOAT' }
    ? number
    : Spec extends { options: readonly (infer Option)[] }
      ? Option
      : string

export type InputValue = Image | number | string

/** The context of a node's run. */
export interface NodeContext {
  readonly folders: Folders
  readonly advance: Advance
}

/** A file as the engine names it in history and `/view`. */
export interface SavedImage {
  readonly filename: string
  readonly subfolder: string
  readonly type: 'output'
}

/** The result of a node: an image for the following nodes, or what an output node has made. */
export type NodeResult =
  | { readonly image: Image }
  | { readonly saved: { readonly images: readonly SavedImage[] } }

export interface NodeType {
  readonly classType: string
  readonly inputs: ReadonlyMap<string, InputSpec>
  /** True for an output node, which ends a workflow; the others return one image, slot 0. */
  readonly isOutput: boolean
  run(inputs: ReadonlyMap<string, InputValue>, context: NodeContext): Promise<NodeResult>
}

/**
 * Defines a node, and derives the types of `run`'s inputs from the table of accepted values. All inputs are
 * required.
 */
export function defineNode<const Specs extends Readonly<Record<string, InputSpec>>>(node: {
  classType: string
  inputs: Specs
  isOutput?: boolean
  run: (
    inputs: { readonly [Name in keyof Specs]: ValueOf<Specs[Name]> },
    context: NodeContext,
  ) => Promise<NodeResult>
}): NodeType {
  return {
    classType: node.classType,
    inputs: new Map(Object.entries(node.inputs)),
    isOutput: node.isOutput ?? false,
    // Validation has checked each value against its spec before a workflow may run.
    run: (inputs, context) => node.run(Object.fromEntries(inputs) as Parameters<typeof node.run>[0], context),
  }
}
