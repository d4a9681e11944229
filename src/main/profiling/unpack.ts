import { gunzipSync } from 'node:zlib'
import { errorCode, errorMessage } from '../../common/storage/errors'
import { PprofError } from './pprof-error'

/** The first bytes of other files that may be taken for a pprof. */
const FOREIGN: readonly (readonly [begin: readonly number[], is: string])[] = [
  [[0x28, 0xb5, 0x2f, 0xfd], 'it is compressed with Zstandard: unpack it with zstd -d first'],
  [[0x7b], "it is JSON: .cpuprofile, .heapprofile and .heapsnapshot are for Chrome's DevTools"],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a ZIP archive'],
  [[0x50, 0x45, 0x52, 0x46, 0x49, 0x4c, 0x45], "it is perf's own format: perf_to_profile converts it"],
]

/**
 * Unpacks a pprof's protobuf, gzip or plain.
 * @param maxBytes rejects what unpacks to more
 * @throws {PprofError}
 */
export function unpack(file: Uint8Array, maxBytes: number): Uint8Array {
  if (file.length === 0) throw new PprofError('it is empty')
  const foreign = FOREIGN.find(([begin]) => startsWith(file, begin))
  if (foreign) throw new PprofError(`it is not a pprof: ${foreign[1]}`)
  const bytes = startsWith(file, [0x1f, 0x8b]) ? gunzip(file, maxBytes) : file
  if (bytes.length > maxBytes) throw tooLarge(maxBytes)
  if (bytes.length === 0) throw new PprofError('it is empty but for its gzip wrapping')
  return bytes
}

function gunzip(file: Uint8Array, maxBytes: number): Uint8Array {
  try {
    return gunzipSync(file, { maxOutputLength: maxBytes })
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    if (code === 'Z_BUF_ERROR') throw new PprofError('its gzip data is cut off')
    throw new PprofError(`its gzip data is damaged (${errorMessage(error)})`)
  }
}

function tooLarge(maxBytes: number): PprofError {
  return new PprofError(`it unpacks to more than ${Math.floor(maxBytes / 2 ** 20)} MiB, which is not read`)
}

function startsWith(bytes: Uint8Array, begin: readonly number[]): boolean {
  return begin.every((byte, index) => bytes[index] === byte)
}
