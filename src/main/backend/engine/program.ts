import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'

export interface ProgramContext {
  /** The program's working directory. */
  readonly cwd: string
  /** The variable `PATH`. */
  readonly path: string
  readonly platform: NodeJS.Platform
  /** True if the file exists and is executable. */
  readonly isProgram?: (file: string) => boolean
}

/**
 * The file that starting `name` without a shell would run, as libuv looks for it; `null` if there is none.
 * Windows runs `.exe` and `.com` this way, and no scripts.
 */
export function findProgram(
  name: string,
  { cwd, path: search, platform, isProgram = canRun }: ProgramContext,
): string | null {
  const { join, resolve, delimiter, extname } = platform === 'win32' ? path.win32 : path.posix
  const isPath = platform === 'win32' ? /[\\/:]/.test(name) : name.includes('/')
  const folders = isPath ? [] : search.split(delimiter)
  if (platform === 'win32' && !isPath) folders.unshift(cwd)
  const files = isPath ? [resolve(cwd, name)] : folders.map((folder) => join(folder || cwd, name))
  const endings = platform !== 'win32' ? [''] : extname(name) === '' ? ['.com', '.exe'] : ['', '.com', '.exe']
  return files.flatMap((file) => endings.map((ending) => file + ending)).find(isProgram) ?? null
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
