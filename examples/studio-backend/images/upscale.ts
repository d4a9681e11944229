import { type Advance, buildImage, type Image, MAX_SIDE, rowAt } from './image'

const CHANNELS = 3

export const UPSCALE_METHODS = ['nearest-exact', 'bilinear'] as const
export type UpscaleMethod = (typeof UPSCALE_METHODS)[number]

/** Scales both sides by `factor`. Throws a RangeError when a side would be shorter than 1 or longer than MAX_SIDE. */
export async function upscale(
  image: Image,
  factor: number,
  method: UpscaleMethod,
  advance: Advance,
): Promise<Image> {
  const width = Math.round(image.width * factor)
  const height = Math.round(image.height * factor)
  if (Math.min(width, height) < 1 || Math.max(width, height) > MAX_SIDE) {
    throw new RangeError(`The image would be ${width}x${height} pixels; a side may have 1 to ${MAX_SIDE}`)
  }
  const smooth = method === 'bilinear'
  const makeRow = (y: number) => {
    const from = (y + 0.5) * (image.height / height)
    if (!smooth) return nearestRow(rowAt(image, Math.floor(from)), image.width, width)
    const top = Math.floor(from - 0.5)
    return upscaleRow(rowAt(image, top), rowAt(image, top + 1), from - 0.5 - top, image.width, width)
  }
  return buildImage(width, height, makeRow, advance)
}

function nearestRow(row: readonly number[], from: number, to: number): number[] {
  const scaled = new Array<number>(to * CHANNELS)
  for (let x = 0; x < to; x++) {
    const source = Math.min(Math.floor((x + 0.5) * (from / to)), from - 1)
    for (let channel = 0; channel < CHANNELS; channel++) {
      scaled[x * CHANNELS + channel] = row[source * CHANNELS + channel] ?? 0
    }
  }
  return scaled
}

function upscaleRow(
  upper: readonly number[],
  lower: readonly number[],
  down: number,
  from: number,
  to: number,
): number[] {
  const scaled = new Array<number>(to * CHANNELS)
  for (let x = 0; x < to; x++) {
    const source = (x + 0.5) * (from / to) - 0.5
    const left = Math.floor(source)
    const right = source - left
    const a = Math.max(left, 0) * CHANNELS
    const b = Math.min(left + 1, from - 1) * CHANNELS
    for (let channel = 0; channel < CHANNELS; channel++) {
      const over = (upper[a + channel] ?? 0) * (1 - right) + (upper[b + channel] ?? 0) * right
      const under = (lower[a + channel] ?? 0) * (1 - right) + (lower[b + channel] ?? 0) * right
      scaled[x * CHANNELS + channel] = over * (1 - down) + under * down
    }
  }
  return scaled
}
