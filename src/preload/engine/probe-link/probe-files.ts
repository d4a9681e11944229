import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** The probe's files beside this bundle, as the build put them there. */
export const PACKAGED_PROBE = path.join(__dirname, 'probe')

/**
 * Writes the probe afresh into a folder of its own, closed to other users, and reads it back: Python runs whatever lies
 * there. What was there before is deleted, so nothing of anybody else's is ever imported.
 * @throws the system's error, or one that says that what was written is not what is there
 */
export function installProbe(folder: string, packaged: string = PACKAGED_PROBE): void {
  rmSync(folder, { recursive: true, force: true })
  for (const file of probeFiles(packaged)) {
    const [from, to] = [path.join(packaged, file), path.join(folder, file)]
    mkdirSync(path.dirname(to), { recursive: true, mode: 0o700 })
    writeFileSync(to, readFileSync(from), { mode: 0o600, flag: 'wx' })
    if (hashOf(to) !== hashOf(from)) throw new Error(`${to} is not what was written`)
  }
}

function probeFiles(folder: string, below = ''): string[] {
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name)
    if (entry.isDirectory()) return probeFiles(folder, name)
    return entry.name.endsWith('.py') ? [name] : []
  })
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}
