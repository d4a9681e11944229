import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { publishRuntime } from './runtime'

/** One real Electron for all tests. There is no run without: it fails here, and says what to do. */
export default function globalSetup(): void {
  const script = path.join(__dirname, '../../../scripts/electron/command-line.mjs')
  const { executable, switches, origin } = JSON.parse(
    execFileSync(process.execPath, [script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  )
  console.log(origin)
  publishRuntime({ executable, switches })
}
