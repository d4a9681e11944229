import { execFileSync, spawn } from 'node:child_process'
import path from 'node:path'
import type { Readable } from 'node:stream'
import { publishRuntime } from './runtime'
import { ownTemporaryFolder } from './temporary-folder'

/** The oldest Electron that is tested, with a display of its own and what its Node lacks. */
export default async function oldestSetup(): Promise<() => void> {
  const script = path.join(__dirname, '../../../scripts/electron/oldest.mjs')
  const printed = execFileSync(process.execPath, [script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { executable, switches, origin } = JSON.parse(printed)
  const display = await startDisplay()
  console.log(`${origin}, on display ${display.name}`)
  publishRuntime({
    executable,
    switches,
    packed: false,
    env: {
      DISPLAY: display.name,
      NODE_OPTIONS: `--require ${path.join(__dirname, '../../oldest/node-18.cjs')}`,
    },
  })
  const removeFolder = ownTemporaryFolder()
  return () => {
    display.stop()
    removeFolder()
  }
}

/** A display server of the run's own, under a number that is free. */
function startDisplay(): Promise<{ name: string; stop: () => void }> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '640x480x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', (code, signal) => reject(new Error(`Xvfb ended with ${code ?? signal}`)))
    // It writes the number when it is ready.
    const ready = server.stdio[3] as Readable
    ready.once('data', (number) => resolve({ name: `:${String(number).trim()}`, stop: () => server.kill() }))
  })
}
