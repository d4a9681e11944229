import { existsSync, readFileSync } from 'node:fs'

/** Tells whether a Unix socket of that path is there, in the file system or, as X servers have it too, in Linux's abstract names. */
export function isListening(socket: string): boolean {
  if (existsSync(socket)) return true
  try {
    return readFileSync('/proc/net/unix', 'utf8').includes(`@${socket}\n`)
  } catch {
    // The system does not tell: whoever connects sees for itself.
    return true
  }
}
