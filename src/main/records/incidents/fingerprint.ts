import path from 'node:path'
import type { Incident } from './incident'

const MAX_LENGTH = 200

/** The one who is to blame for a death, as far as that is known; a name and, if known, its file. */
export interface Culprit {
  readonly name: string
  readonly file: string | null
}

/**
 * A text that is the same for incidents of one kind: the same cause and culprit, whatever the machine, the lines and the
 * sizes. Error Tracking groups by it, and so does what is said of earlier ones.
 */
export function fingerprintOf(cause: Incident['cause'], culprit: Culprit | null): string {
  const file = culprit?.file ? path.basename(culprit.file.replaceAll('\\', '/')) : null
  return ['studio', cause, culprit?.name, file]
    .flatMap((part) => (part ? part.replace(/\d+/g, '#').replace(/[\s:]+/g, '_') : []))
    .join(':')
    .slice(0, MAX_LENGTH)
}
