import { isUtf8 } from 'node:buffer'
import fs from 'node:fs'
import { findJsonError, type JsonError, type RepeatedName, repeatedNames } from './json-error'

/** Largest file read: a settings file is far smaller, and a larger file is something else. */
const MAX_FILE_BYTES = 2 ** 20

const BYTE_ORDER_MARK = '\uFEFF'

/**
 * The result of reading a file: `values` if it can be used; otherwise `damage` in words, `null` for a missing
 * file.
 */
export type SettingsFile =
  | {
      readonly values: ReadonlyMap<string, unknown>
      /** The names that it has twice, of which the last counts. */
      readonly repeated?: readonly RepeatedName[]
    }
  | { readonly values: null; readonly damage: string | null }

/** Reads a settings file. Never throws, and never blocks on a pipe or a device. */
export function readSettingsFile(file: string): SettingsFile {
  try {
    const stats = fs.statSync(file, { throwIfNoEntry: false })
    if (!stats) return { values: null, damage: null }
    if (stats.isDirectory()) return damaged('is a folder')
    if (!stats.isFile()) return damaged('is not a regular file')
    if (stats.size > MAX_FILE_BYTES) return damaged(`is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`)
    return parseSettingsFile(fs.readFileSync(file))
  } catch (error) {
    // A file is in the place of its folder, which others tell of: it is not there.
    if (errorCode(error) === 'ENOTDIR') return { values: null, damage: null }
    return damaged(`cannot be read (${errorCode(error)})`)
  }
}

/** Parses a settings file. Never throws. */
export function parseSettingsFile(bytes: Buffer): SettingsFile {
  if (!isUtf8(bytes)) return damaged('is not UTF-8 text')
  const whole = bytes.toString('utf8')
  const text = whole.startsWith(BYTE_ORDER_MARK) ? whole.slice(1) : whole
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return damaged(`is not JSON${describe(findJsonError(text))}`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    return damaged('is not a JSON object')
  }
  const repeated = repeatedNames(text)
  const values = new Map(Object.entries(parsed))
  return repeated.length === 0 ? { values } : { values, repeated }
}

function describe(error: JsonError | null): string {
  return error === null ? '' : ` (line ${error.line}, column ${error.column}: ${error.what})`
}

function damaged(damage: string): SettingsFile {
  return { values: null, damage }
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
