import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, type BuildResult, build, type Plugin } from 'esbuild'
import { onTestFinished } from 'vitest'

const projectRequire = createRequire(__filename)

/**
 * Leaves dd-trace out of the bundle, as in the app; a bundle outside the project would not find it by its
 * name.
 */
const projectTracer: Plugin = {
  name: 'project-tracer',
  setup({ onResolve }) {
    onResolve({ filter: /^dd-trace(\/|$)/ }, ({ path }) => ({
      path: projectRequire.resolve(path),
      external: true,
    }))
  },
}

/** A new folder on the real disk, removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'studio-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface ProgramOptions {
  /** The folder that the program's own imports are relative to. */
  readonly from: string
  /** True if dd-trace can be found at run time. Default true. */
  readonly tracer?: boolean
}

/** Bundles a few lines of TypeScript as the app is bundled: one CommonJS file. @returns the file to run */
export async function bundleProgram(
  contents: string,
  { from, tracer = true }: ProgramOptions,
): Promise<string> {
  const outfile = join(temporaryFolder(), 'program.cjs')
  const { text } = await bundleOnce({
    stdin: { contents, resolveDir: from, loader: 'ts' },
    bundle: true,
    platform: 'node',
    target: 'node20.18',
    format: 'cjs',
    logLevel: 'error',
    ...(tracer ? { plugins: [projectTracer] } : { external: ['dd-trace', 'dd-trace/*'] }),
  })
  writeFileSync(outfile, text)
  return outfile
}

export interface Bundle {
  readonly text: string
  /** The files that it is made of. */
  readonly inputs: readonly string[]
}

/** The programs bundled in this process, by their source: many tests run one program in other surroundings. */
const bundles = new Map<string, Promise<Bundle>>()

/** Bundles into one file's text, each only once: sources do not change while tests run. */
export function bundleOnce(options: BuildOptions): Promise<Bundle> {
  const key = JSON.stringify({ ...options, plugins: options.plugins?.map(({ name }) => name) })
  const bundle = bundles.get(key) ?? build({ ...options, write: false, metafile: true }).then(asBundle)
  bundles.set(key, bundle)
  return bundle
}

function asBundle({ outputFiles, metafile }: BuildResult<{ write: false; metafile: true }>): Bundle {
  const [file] = outputFiles
  if (file === undefined || outputFiles.length > 1) throw new Error('a program is one file')
  return { text: file.text, inputs: Object.keys(metafile.inputs) }
}

export interface StartOptions {
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Node's own arguments, before the program. */
  readonly nodeArgs?: readonly string[]
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts a program under plain Node with nothing of this process's environment except `PATH`. */
export function startProgram(
  file: string,
  { args = [], env = {}, nodeArgs = [] }: StartOptions = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [...nodeArgs, file, ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let [stdout, stderr] = ['', '']
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  return { child, ended }
}

/** Bundles a program, runs it and waits for its exit. */
export async function runProgram(contents: string, options: ProgramOptions & StartOptions): Promise<Ended> {
  return startProgram(await bundleProgram(contents, options), options).ended
}
