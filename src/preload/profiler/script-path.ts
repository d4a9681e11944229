import { fileURLToPath } from 'node:url'

/** The path of a file's URL; any other name as it is. A `//# sourceURL` may be anything, also no path of this system. */
export function scriptPath(url: string): string {
  if (!url.startsWith('file://')) return url
  try {
    return fileURLToPath(url)
  } catch {
    return url
  }
}
