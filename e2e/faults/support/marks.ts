import { randomUUID } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'

/** The name of a file that does not exist yet: with it a backend notes that it has acted. */
export function newMark(): string {
  return path.join(os.tmpdir(), `studio-fault-${randomUUID()}`)
}
