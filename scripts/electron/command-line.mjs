// @ts-check
// Prints the parts of a command line that starts an app, as JSON, for programs that cannot import this
// folder.
import { fileURLToPath } from 'node:url'
import { chromiumSwitches } from './launch.mjs'
import { resolveElectron } from './resolve.mjs'
import { ElectronUnavailable } from './unavailable.mjs'

try {
  const projectFolder = fileURLToPath(new URL('../..', import.meta.url))
  const { executable, origin } = await resolveElectron({ projectFolder })
  const isRoot = process.getuid?.() === 0
  const switches = chromiumSwitches({ platform: process.platform, env: process.env, isRoot })
  process.stdout.write(JSON.stringify({ executable, switches, origin }))
} catch (error) {
  if (!(error instanceof ElectronUnavailable)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
