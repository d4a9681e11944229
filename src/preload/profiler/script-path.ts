import { fileURLToPath } from 'node:url'

/**
 * The path of a file URL; any other name unchanged. A `//# sourceURL` may be anything, even a path that this
 * system cannot have.
 */
export function scriptPath(url: string): string {
  if (!url.startsWith('file://')) return url
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}
