import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { app } from 'electron'

/**
 * Gives Electron a folder of its own for a while: when it gets ready it would make the app's, which is not there, for a
 * command that only reads. @returns what takes that folder away again
 */
export function keepElectronOut(): () => void {
  try {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'studio-monitor-'))
    app.setPath('userData', folder)
    app.setPath('crashDumps', path.join(folder, 'Crashpad'))
    return () => rmSync(folder, { recursive: true, force: true })
  } catch {
    // The command is worth more than a folder too many.
    return () => {}
  }
}
