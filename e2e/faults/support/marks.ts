import { randomUUID } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'

/** A file that is not there yet: by it a backend knows that it has done its deed. */
export function newMark(): string {
  return path.join(os.tmpdir(), `studio-fault-${randomUUID()}`)
}
