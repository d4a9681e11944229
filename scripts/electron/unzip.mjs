// @ts-check
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import yauzl from 'yauzl'

/**
 * Unpacks a zip's files, with their modes.
 * @param {string} zipFile
 * @param {string} destination
 * @param {(name: string) => string | null} place the file's place below `destination`; null leaves it out
 */
export async function unzip(zipFile, destination, place) {
  /** @type {(path: string, options: yauzl.Options) => Promise<yauzl.ZipFile>} */
  const open = promisify(yauzl.open)
  const zip = await open(zipFile, { lazyEntries: true })
  /** @type {(entry: yauzl.Entry) => Promise<import('node:stream').Readable>} */
  const openEntry = promisify(zip.openReadStream.bind(zip))

  /** @param {yauzl.Entry} entry */
  const unpack = async (entry) => {
    const name = entry.fileName.endsWith('/') ? null : place(entry.fileName)
    if (name === null) return
    const target = path.join(destination, name)
    await mkdir(path.dirname(target), { recursive: true })
    // The upper half of the external attributes is the Unix mode (zip made on Unix).
    const mode = (entry.externalFileAttributes >>> 16) & 0o777
    await pipeline(await openEntry(entry), createWriteStream(target, { mode: mode || 0o644 }))
  }

  await new Promise((resolve, reject) => {
    zip.once('end', resolve)
    zip.once('error', reject)
    zip.on('entry', (entry) => unpack(entry).then(() => zip.readEntry(), reject))
    zip.readEntry()
  }).finally(() => zip.close())
}
