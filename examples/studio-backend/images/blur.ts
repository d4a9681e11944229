import { type Advance, buildImage, type Image, rowAt } from './image'

const CHANNELS = 3

/** Gaussian blur. `radius` and `sigma` are in pixels; pixels outside the image repeat its edge. */
export function blur(image: Image, radius: number, sigma: number, advance: Advance): Promise<Image> {
  const kernel = gaussianKernel(radius, sigma)
  // Only the rows under the kernel are kept blurred horizontally.
  const window = new Map<number, number[]>()
  const makeRow = (y: number) => {
    window.delete(y - radius - 1)
    for (let near = y - radius; near <= y + radius; near++) {
      if (!window.has(near)) window.set(near, blurAcross(rowAt(image, near), image.width, kernel))
    }
    return blurDown([...window.values()], image.width, kernel)
  }
  return buildImage(image.width, image.height, makeRow, advance)
}

function gaussianKernel(radius: number, sigma: number): number[] {
  const weights = Array.from({ length: radius * 2 + 1 }, (_, index) =>
    Math.exp(-((index - radius) ** 2) / (2 * sigma ** 2)),
  )
  const sum = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / sum)
}

function blurAcross(row: readonly number[], width: number, kernel: readonly number[]): number[] {
  const radius = (kernel.length - 1) / 2
  const blurred = new Array<number>(width * CHANNELS)
  for (let x = 0; x < width; x++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      let sum = 0
      for (let tap = -radius; tap <= radius; tap++) {
        const near = Math.min(Math.max(x + tap, 0), width - 1)
        sum += (kernel[tap + radius] ?? 0) * (row[near * CHANNELS + channel] ?? 0)
      }
      blurred[x * CHANNELS + channel] = sum
    }
  }
  return blurred
}

function blurDown(rows: readonly (readonly number[])[], width: number, kernel: readonly number[]): number[] {
  const blurred = new Array<number>(width * CHANNELS)
  for (let index = 0; index < blurred.length; index++) {
    let sum = 0
    for (let tap = 0; tap < kernel.length; tap++) sum += (kernel[tap] ?? 0) * (rows[tap]?.[index] ?? 0)
    blurred[index] = sum
  }
  return blurred
}
