import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * The folder of the user's own code: that of the nearest package.json above the entry, else the entry's
 * folder.
 */
export function projectRootOf(entry: string): string {
  const own = path.dirname(entry)
  for (let folder = own; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder
    if (folder === path.dirname(folder)) return own
  }
}
