import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { publishRuntime } from './runtime'
import { ownTemporaryFolder } from './temporary-folder'

/** Provides one real Electron for all tests. Without one the run fails here, and says what to do. */
export default function globalSetup(): () => void {
  const { executable, switches, origin } = commandLine()
  console.log(origin)
  publishRuntime({ executable, switches, packed: false })
  return ownTemporaryFolder()
}

/** The command that starts an app on this machine. */
export function commandLine(): { executable: string; switches: string[]; origin: string } {
  const script = path.join(__dirname, '../../../scripts/electron/command-line.mjs')
  const printed = execFileSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(printed)
}
