/** Longest side of an image in pixels, as in the engine (`MAX_RESOLUTION` in ComfyUI's `nodes.py`). */
export const MAX_SIDE = 16_384

/**
 * Pixels as rows of red, green, blue, each 0..1: `rows[y][x * 3 + channel]`. Plain arrays, so an image lives in
 * V8's heap: 8 bytes a value, 24 bytes a pixel.
 */
export interface Image {
  readonly width: number
  readonly height: number
  readonly rows: readonly (readonly number[])[]
}

/** Called after each row; resolves at once, unless others need the event loop. Rejects when the job is interrupted. */
export type Advance = (done: number, total: number) => Promise<void>

/** Builds an image row by row; `makeRow` runs synchronously for one row. */
export async function buildImage(
  width: number,
  height: number,
  makeRow: (y: number) => number[],
  advance: Advance,
): Promise<Image> {
  const rows: number[][] = []
  for (let y = 0; y < height; y++) {
    rows.push(makeRow(y))
    await advance(y + 1, height)
  }
  return { width, height, rows }
}

/** The row at `y`, or the nearest one when `y` is outside. */
export function rowAt(image: Image, y: number): readonly number[] {
  return image.rows[Math.min(Math.max(y, 0), image.height - 1)] ?? []
}
