import { loadImage, saveImage } from './files'
import type { NodeType } from './node'
import { emptyImage, imageBlend, imageBlur, imageScaleBy, noiseImage } from './pixels'

/** The nodes by class type. Names and inputs are the engine's if it has such a node. */
export const NODE_TYPES: ReadonlyMap<string, NodeType> = new Map(
  [loadImage, emptyImage, noiseImage, imageBlur, imageScaleBy, imageBlend, saveImage].map((node) => [
    node.classType,
    node,
  ]),
)
