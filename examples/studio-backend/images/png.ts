import { PNG } from 'pngjs'
import { type Advance, buildImage, type Image, MAX_SIDE, rowAt } from './image'

const RGB = 2
const RGBA_CHANNELS = 4
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Offset of width and height: signature, then length and type of IHDR, which is first (PNG specification, 11.2.2). */
const SIZE_OFFSET = 16

/** Encodes the image as a PNG file: 8 bits a channel, no alpha. */
export async function encodePng(image: Image, advance: Advance): Promise<Buffer> {
  const stride = image.width * 3
  const data = Buffer.alloc(stride * image.height)
  for (let y = 0; y < image.height; y++) {
    writeRow(rowAt(image, y), data, y * stride)
    await advance(y + 1, image.height)
  }
  // One fixed filter: trying all five on a large image would block the process for seconds.
  const png = new PNG({
    colorType: RGB,
    inputColorType: RGB,
    inputHasAlpha: false,
    filterType: 1,
    deflateLevel: 3,
  })
  png.width = image.width
  png.height = image.height
  png.data = data
  return collect(png)
}

/** Decodes a PNG. Throws if the bytes are not a PNG, or one larger than MAX_SIDE. Alpha is dropped. */
export async function decodePng(bytes: Buffer, advance: Advance): Promise<Image> {
  if (bytes.length < SIZE_OFFSET + 8 || !bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE)) {
    throw new Error('Not a PNG file')
  }
  const width = bytes.readUInt32BE(SIZE_OFFSET)
  const height = bytes.readUInt32BE(SIZE_OFFSET + 4)
  if (Math.min(width, height) < 1 || Math.max(width, height) > MAX_SIDE) {
    throw new RangeError(`The image is ${width}x${height} pixels; a side may have 1 to ${MAX_SIDE}`)
  }
  const { data } = PNG.sync.read(bytes)
  return buildImage(width, height, (y) => readRow(data, y * width * RGBA_CHANNELS, width), advance)
}

function writeRow(row: readonly number[], data: Buffer, offset: number): void {
  for (let index = 0; index < row.length; index++) {
    data[offset + index] = Math.min(Math.max(Math.round((row[index] ?? 0) * 255), 0), 255)
  }
}

function readRow(data: Buffer, offset: number, width: number): number[] {
  const row = new Array<number>(width * 3)
  for (let x = 0; x < width; x++) {
    for (let channel = 0; channel < 3; channel++) {
      row[x * 3 + channel] = (data[offset + x * RGBA_CHANNELS + channel] ?? 0) / 255
    }
  }
  return row
}

function collect(png: PNG): Promise<Buffer> {
  const chunks: Buffer[] = []
  return new Promise((resolve, reject) => {
    png.on('data', (chunk: Buffer) => chunks.push(chunk))
    png.on('end', () => resolve(Buffer.concat(chunks)))
    png.on('error', reject)
    png.pack()
  })
}
