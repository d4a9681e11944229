import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { build } from 'esbuild'

/** Bundles a program of this folder for plain Node. @returns the file to run */
export async function bundleProgram(name: string, folder: string): Promise<string> {
  const outfile = join(folder, `${name}.cjs`)
  await build({
    entryPoints: [join(__dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    alias: { electron: join(__dirname, 'electron-stub.ts') },
    logLevel: 'error',
  })
  return outfile
}

/**
 * Runs the program until it prints `enough`, then kills it with -9 after `delayMs`.
 * @returns every complete line it printed
 */
export async function runAndKill(
  file: string,
  args: readonly string[],
  enough: (lines: number) => boolean,
  delayMs: number,
): Promise<string[]> {
  const child: ChildProcess = spawn(process.execPath, [file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  let killing = false
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    if (killing || !enough(text.split('\n').length - 1)) return
    killing = true
    setTimeout(() => child.kill('SIGKILL'), delayMs)
  })
  const signal = await new Promise((resolve) => child.once('close', (_code, signal) => resolve(signal)))
  if (signal !== 'SIGKILL') throw new Error(`the program ended by itself: ${text.slice(-500)}`)
  return text.split('\n').slice(0, -1)
}
