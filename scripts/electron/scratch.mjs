// @ts-check
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'

/**
 * Makes a temporary folder for `work`, deleted afterwards, and also if the process exits in the middle.
 * @template T
 * @param {string} prefix of its path
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withScratchFolder(prefix, work) {
  const folder = await mkdtemp(prefix)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    return await work(folder)
  } finally {
    process.off('exit', remove)
    remove()
  }
}
