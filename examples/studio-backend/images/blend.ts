import { type Advance, buildImage, type Image, rowAt } from './image'

const MODES = {
  normal: (_a: number, b: number) => b,
  multiply: (a: number, b: number) => a * b,
  screen: (a: number, b: number) => 1 - (1 - a) * (1 - b),
} as const

export type BlendMode = keyof typeof MODES
export const BLEND_MODES = ['normal', 'multiply', 'screen'] as const satisfies readonly BlendMode[]

/**
 * Blends two images: `factor` 0 gives `first`, 1 the blend in full. Throws a RangeError if the images differ
 * in size.
 */
export async function blend(
  first: Image,
  second: Image,
  factor: number,
  mode: BlendMode,
  advance: Advance,
): Promise<Image> {
  if (first.width !== second.width || first.height !== second.height) {
    throw new RangeError(
      `The images differ in size: ${first.width}x${first.height} and ${second.width}x${second.height} pixels`,
    )
  }
  const makeRow = (y: number) => blendRow(rowAt(first, y), rowAt(second, y), factor, MODES[mode])
  return buildImage(first.width, first.height, makeRow, advance)
}

function blendRow(
  first: readonly number[],
  second: readonly number[],
  factor: number,
  combine: (a: number, b: number) => number,
): number[] {
  const blended = new Array<number>(first.length)
  for (let index = 0; index < first.length; index++) {
    const a = first[index] ?? 0
    blended[index] = a + (combine(a, second[index] ?? 0) - a) * factor
  }
  return blended
}
