import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { blend } from './blend'
import { blur } from './blur'
import { buildImage, type Image } from './image'
import { noise } from './noise'
import { decodePng, encodePng } from './png'
import { upscale } from './upscale'

const advance = async () => {}

/** An image of grey pixels. */
function grey(...rows: number[][]): Image {
  const width = rows[0]?.length ?? 0
  return {
    width,
    height: rows.length,
    rows: rows.map((row) => row.flatMap((value) => [value, value, value])),
  }
}

function reds(image: Image): number[][] {
  return image.rows.map((row) => row.filter((_, index) => index % 3 === 0).map((v) => Number(v.toFixed(4))))
}

test('noise depends on its seed alone, and uses the range 0 to 1', async () => {
  const first = await noise(9, 7, 5, 4, advance)
  expect(await noise(9, 7, 5, 4, advance)).toEqual(first)
  expect(await noise(9, 7, 6, 4, advance)).not.toEqual(first)
  const values = first.rows.flat()
  expect(values).toHaveLength(9 * 7 * 3)
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...values)).toBeLessThanOrEqual(1)
  expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.3)
  expect(first.rows[0]?.slice(0, 3).map((v) => v.toFixed(6))).toEqual(['0.576478', '0.499568', '0.506506'])
})

test('nearest-exact repeats pixels', async () => {
  const image = await upscale(grey([0, 1], [0.5, 0.25]), 2, 'nearest-exact', advance)
  expect(reds(image)).toEqual([
    [0, 0, 1, 1],
    [0, 0, 1, 1],
    [0.5, 0.5, 0.25, 0.25],
    [0.5, 0.5, 0.25, 0.25],
  ])
})

test('bilinear samples at the centres of pixels', async () => {
  const image = await upscale(grey([0, 1], [1, 0]), 2, 'bilinear', advance)
  expect(reds(image)).toEqual([
    [0, 0.25, 0.75, 1],
    [0.25, 0.375, 0.625, 0.75],
    [0.75, 0.625, 0.375, 0.25],
    [1, 0.75, 0.25, 0],
  ])
})

test('an image can be made smaller, but not vanish or grow without bound', async () => {
  expect(reds(await upscale(grey([0, 1], [1, 0]), 0.5, 'bilinear', advance))).toEqual([[0.5]])
  await expect(upscale(grey([1]), 0.01, 'bilinear', advance)).rejects.toThrow('0x0 pixels')
  const wide = { width: 16_000, height: 1, rows: [] }
  await expect(upscale(wide, 2, 'bilinear', advance)).rejects.toThrow(
    '32000x2 pixels; a side may have 1 to 16384',
  )
})

test('blur spreads a point, keeps its sum and leaves a flat image as it is', async () => {
  const dark = [0, 0, 0, 0, 0]
  const point = await blur(grey(dark, dark, [0, 0, 1, 0, 0], dark, dark), 1, 1, advance)
  expect(reds(point)).toEqual([
    [0, 0, 0, 0, 0],
    [0, 0.0751, 0.1238, 0.0751, 0],
    [0, 0.1238, 0.2042, 0.1238, 0],
    [0, 0.0751, 0.1238, 0.0751, 0],
    [0, 0, 0, 0, 0],
  ])
  const flat = grey([0.5, 0.5], [0.5, 0.5], [0.5, 0.5])
  expect(reds(await blur(flat, 5, 2, advance))).toEqual(reds(flat))
})

test.each([
  ['normal', 0.5, 0.35],
  ['multiply', 1, 0.1],
  ['screen', 1, 0.6],
  ['screen', 0, 0.2],
] as const)('blend %s by %d', async (mode, factor, expected) => {
  expect(reds(await blend(grey([0.2]), grey([0.5]), factor, mode, advance))).toEqual([[expected]])
})

test('images of different sizes cannot be blended', async () => {
  const blended = blend(grey([1]), grey([1, 1]), 1, 'normal', advance)
  await expect(blended).rejects.toThrow('The images differ in size: 1x1 and 2x1 pixels')
})

test('a PNG holds the pixels, and values outside of 0 to 1 are cut', async () => {
  const image: Image = { width: 2, height: 1, rows: [[0, 1, 0.2, -3, 3, 0.5]] }
  const decoded = PNG.sync.read(await encodePng(image, advance))
  expect([decoded.width, decoded.height]).toEqual([2, 1])
  expect([...decoded.data]).toEqual([0, 255, 51, 255, 0, 255, 128, 255])
})

test('a PNG is read as it was written', async () => {
  const image = await noise(5, 4, 1, 3, advance)
  const again = await decodePng(await encodePng(image, advance), advance)
  expect([again.width, again.height]).toEqual([5, 4])
  for (const [index, value] of again.rows.flat().entries()) {
    expect(value).toBeCloseTo(image.rows.flat()[index] ?? -1, 2)
  }
})

test('what is no PNG, cut short or far too large is refused', async () => {
  const bytes = await encodePng(grey([1]), advance)
  await expect(decodePng(Buffer.from('GIF89a'), advance)).rejects.toThrow('Not a PNG file')
  await expect(decodePng(bytes.subarray(0, 40), advance)).rejects.toThrow()
  const huge = Buffer.from(bytes)
  huge.writeUInt32BE(1_000_000, 16)
  await expect(decodePng(huge, advance)).rejects.toThrow('The image is 1000000x1 pixels')
})

test('progress is told after each row', async () => {
  const told: string[] = []
  await buildImage(
    1,
    3,
    () => [0, 0, 0],
    async (done, total) => void told.push(`${done}/${total}`),
  )
  expect(told).toEqual(['1/3', '2/3', '3/3'])
})
