import fs from 'node:fs'
import path from 'node:path'
import { decodePng, encodePng } from '../images/png'
import { defineNode, type Folders } from './node'

/** A valid file name: without a separator or a leading dot, it cannot leave its folder. */
export const FILE_NAME = /^\w[\w .-]{0,199}\.png$/i
const PREFIX = /^\w[\w .-]{0,99}$/

export const loadImage = defineNode({
  classType: 'LoadImage',
  inputs: { image: { type: 'STRING', check: checkInputFile } },
  async run({ image }, { folders, advance }) {
    const bytes = await fs.promises.readFile(path.join(folders.input, image))
    return { image: await decodePng(bytes, advance) }
  },
})

export const saveImage = defineNode({
  classType: 'SaveImage',
  inputs: { images: { type: 'IMAGE' }, filename_prefix: { type: 'STRING', check: checkPrefix } },
  isOutput: true,
  async run({ images, filename_prefix }, { folders, advance }) {
    const bytes = await encodePng(images, advance)
    const filename = await writeNew(folders.output, filename_prefix, bytes)
    return { saved: { images: [{ filename, subfolder: '', type: 'output' }] } }
  },
})

function checkInputFile(name: string, folders: Folders): string | null {
  if (FILE_NAME.test(name) && fs.existsSync(path.join(folders.input, name))) return null
  return `Invalid image file: ${JSON.stringify(name)} is not a PNG file in the input folder`
}

function checkPrefix(prefix: string): string | null {
  if (PREFIX.test(prefix)) return null
  return 'A file name prefix has 1 to 100 letters, digits, spaces, dots, dashes or underscores'
}

/** Writes `prefix_00001_.png`, or the next free number, as the engine names its files. */
async function writeNew(folder: string, prefix: string, bytes: Buffer): Promise<string> {
  await fs.promises.mkdir(folder, { recursive: true })
  for (let number = (await highestNumber(folder, prefix)) + 1; ; number++) {
    const filename = `${prefix}_${String(number).padStart(5, '0')}_.png`
    try {
      await fs.promises.writeFile(path.join(folder, filename), bytes, { flag: 'wx' })
      return filename
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
}

async function highestNumber(folder: string, prefix: string): Promise<number> {
  const numbers = (await fs.promises.readdir(folder))
    .filter((name) => name.startsWith(`${prefix}_`))
    .map((name) => Number(/^(\d{1,9})_\.png$/i.exec(name.slice(prefix.length + 1))?.[1] ?? 0))
  return numbers.reduce((highest, number) => Math.max(highest, number), 0)
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}
