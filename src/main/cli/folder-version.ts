import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** Sizes and times of files, and of those in folders, in one text: it changes when one of them does. Never throws. */
export function filesVersion(paths: readonly string[]): string {
  return paths
    .flatMap((file) => [file, ...namesIn(file).map((name) => path.join(file, name))])
    .map((file) => {
      const stats = statOrNull(file)
      return stats ? `${file} ${stats.size} ${stats.mtimeMs} ${stats.ino}` : file
    })
    .join('\n')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function statOrNull(file: string) {
  try {
    return statSync(file)
  } catch {
    return null
  }
}
