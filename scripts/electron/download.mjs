// @ts-check
import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** The error for content that is not what was requested. */
export class IntegrityMismatch extends Error {
  /** @override */
  name = 'IntegrityMismatch'
}

/**
 * @param {string} integrity Subresource Integrity, `sha512-<base64>`
 * @param {string} name of what is checked, for the message
 */
function sha512Check(integrity, name) {
  const hash = createHash('sha512')
  return {
    hash,
    verify() {
      const actual = `sha512-${hash.digest('base64')}`
      if (actual !== integrity) {
        throw new IntegrityMismatch(
          `${name} is not the expected file: ${actual}, expected ${integrity}; it is not used`,
        )
      }
    },
  }
}

/**
 * Streams a file to disk and checks its digest on the way. If this fails, for whatever reason, no file is
 * left.
 * @param {object} options
 * @param {string} options.url
 * @param {string} options.file where it goes
 * @param {string} options.integrity `sha512-<base64>`
 * @param {number} options.stallMs gives up if nothing arrives for this long, in milliseconds
 * @param {(doneBytes: number, totalBytes: number) => void} options.onProgress total is 0 when unknown
 * @throws {IntegrityMismatch}
 */
export async function downloadVerified({ url, file, integrity, stallMs, onProgress }) {
  const stalled = new AbortController()
  const stallTimer = setTimeout(
    () => stalled.abort(new Error(`nothing arrived for ${stallMs / 1000} s`)),
    stallMs,
  )
  const check = sha512Check(integrity, new URL(url).pathname)
  try {
    const response = await fetch(url, { signal: stalled.signal })
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`)
    const totalBytes = Number(response.headers.get('content-length') ?? 0)
    let doneBytes = 0
    await pipeline(
      Readable.fromWeb(/** @type {import('node:stream/web').ReadableStream} */ (response.body)),
      async function* (/** @type {AsyncIterable<Buffer>} */ chunks) {
        for await (const chunk of chunks) {
          stallTimer.refresh()
          check.hash.update(chunk)
          doneBytes += chunk.length
          onProgress(doneBytes, totalBytes)
          yield chunk
        }
      },
      createWriteStream(file),
      { signal: stalled.signal },
    )
    check.verify()
  } catch (error) {
    await rm(file, { force: true })
    throw stalled.signal.aborted ? stalled.signal.reason : error
  } finally {
    clearTimeout(stallTimer)
  }
}

/**
 * Checks a file that another program has put on disk; a wrong one is deleted.
 * @param {string} file
 * @param {string} integrity `sha512-<base64>`
 * @throws {IntegrityMismatch}
 */
export async function verifyFile(file, integrity) {
  const check = sha512Check(integrity, file)
  await pipeline(createReadStream(file), check.hash)
  try {
    check.verify()
  } catch (error) {
    await rm(file, { force: true })
    throw error
  }
}
