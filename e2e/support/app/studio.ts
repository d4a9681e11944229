import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { dataFolderIn, dataPaths } from '../../../src/common/storage/data-folder'
import type { Incident } from '../../../src/main/records/incidents/incident'
import type { FailedJob } from '../../../src/main/records/jobs/failed-job'
import type { OpenJob } from '../../../src/main/records/jobs/open-job'
import { readJobs } from '../../../src/main/records/jobs/read-only'
import { waitFor } from '../../../testing/waiting/wait-for'
import { isAlive, processes, waitUntilGone } from '../process'
import { BackendLog } from './backend-log'
import { Puppet } from './puppet'
import { appRuntime } from './runtime'

/** Variables of this process's environment that the app gets: none that could change what is tested. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'DISPLAY', 'WAYLAND_DISPLAY', 'XDG_RUNTIME_DIR', 'TMPDIR']

/** The variable in the environment of all that the app starts, whatever becomes of its parent. */
const OWNER = 'E2E_USER_DATA'

const PROJECT = path.join(__dirname, '../../..')

export interface StudioOptions {
  /** The folder of an app other than ours. */
  readonly app?: string
  /** The executable of another app than ours that is installed: `support/installed-app`. */
  readonly installed?: string
  /** One of `e2e/backends`; the default is the puppet. `null` leaves the app's own default. */
  readonly backend?: string | null
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** A folder of an earlier run, or `newDataFolder()`; the default is a new one. */
  readonly dataFolder?: string
  /** The folder that the data folder lies in, for a test that is about that one. */
  readonly userData?: string
  /** True to tell the app of it; else it takes its own default. */
  readonly userDataDir?: boolean
  /** The folder that it is started from; the default is this process's. */
  readonly cwd?: string
  /** Puts something in front of the executable: a control group's wrapper. */
  readonly wrap?: (command: string, args: readonly string[]) => { command: string; args: readonly string[] }
}

/** A data folder in a user data folder of its own, both made. */
export function newDataFolder(): string {
  const folder = dataFolderIn(mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-')))
  mkdirSync(folder)
  return folder
}

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** The real app, seen from outside: its processes, its output and its data folder. */
export class Studio {
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly #backend: BackendLog | null
  #stdout = ''
  #stderr = ''

  private constructor(
    private readonly child: ChildProcess,
    readonly userData: string,
    readonly dataFolder: string,
    backend: BackendLog | null,
  ) {
    this.#backend = backend
    if (child.pid === undefined) throw new Error('Electron could not be started')
    this.pid = child.pid
    this.exited = once(child, 'exit').then(([code, signal]) => ({ code, signal }))
    child.stdout?.on('data', (chunk) => {
      this.#stdout += chunk
    })
    child.stderr?.on('data', (chunk) => {
      this.#stderr += chunk
    })
  }

  static launch(options: StudioOptions = {}): Studio {
    const { backend = 'puppet.cjs', args = [], env = {}, userDataDir = true, cwd, wrap } = options
    const userData = userDataOf(options)
    const dataFolder = dataFolderIn(userData)
    const runtime = appRuntime()
    const packed = runtime.packed || options.installed !== undefined
    const appFolder = packed ? [] : [options.app ?? PROJECT]
    const started = {
      command: options.installed ?? runtime.executable,
      args: [
        ...runtime.switches,
        ...appFolder,
        ...(userDataDir ? [`--user-data-dir=${userData}`] : []),
        ...args,
      ],
    }
    const backendLog = packed ? new BackendLog(dataFolder) : null
    const { command, args: argv } = wrap?.(started.command, started.args) ?? started
    const child = spawn(command, argv, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd,
      // A process group of its own, as a terminal gives it.
      detached: true,
      env: {
        ...Object.fromEntries(
          PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
        ),
        ...runtime.env,
        [OWNER]: userData,
        // There is no Agent unless a test brings one.
        DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
        ...(options.installed === undefined ? entry(backend, runtime.packed) : {}),
        ...env,
      },
    })
    return new Studio(child, userData, dataFolder, backendLog)
  }

  get stdout(): string {
    return this.#stdout + this.#logged('stdout')
  }

  get stderr(): string {
    return this.#stderr + this.#logged('stderr')
  }

  /** Everything the app and its backend have written so far. */
  get output(): string {
    return this.stdout + this.stderr
  }

  /** The first match of `pattern` in what has been written, waited for. */
  said(pattern: RegExp): Promise<RegExpMatchArray> {
    return waitFor(() => this.output.match(pattern), {
      what: () => `${pattern} in the app's output${this.#ended}:\n${this.output}`,
    })
  }

  get #ended(): string {
    const { exitCode, signalCode } = this.child
    return exitCode === null && signalCode === null ? '' : `, which has ended (${signalCode ?? exitCode})`
  }

  /** The process id of the backend's `n`th start, waited for. */
  async backendPid(n = 1): Promise<number> {
    const pids = () =>
      [...this.#stderr.matchAll(/the backend is running, pid (\d+)/g)].map((match) => Number(match[1]))
    const pid = await waitFor(() => pids()[n - 1], {
      what: () => `the backend's start number ${n}${this.#ended}:\n${this.output}`,
    })
    return pid
  }

  /** Waits for the puppet of the backend's `n`th start. */
  async puppet(n = 1): Promise<Puppet> {
    const ports = () => [...this.stdout.matchAll(/puppet listens on (\d+)/g)].map((match) => Number(match[1]))
    const port = await waitFor(() => ports()[n - 1], {
      what: () => `the puppet's start number ${n}:\n${this.output}`,
    })
    await this.backendPid(n)
    return new Puppet(port)
  }

  /** The monitor's own log so far. */
  log(): { level: string; message: string; [field: string]: unknown }[] {
    const file = path.join(dataPaths(this.dataFolder).logs, 'monitor.jsonl')
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
    return lines.map((line) => JSON.parse(line))
  }

  /** The failed jobs on disk now, newest last. */
  failedJobs(): FailedJob[] {
    const file = dataPaths(this.dataFolder).failedJobs
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).jobs : []
  }

  /** Waits for at least `count` failed jobs. */
  failedJobsOf(count: number): Promise<FailedJob[]> {
    return waitFor(() => (this.failedJobs().length >= count ? this.failedJobs() : null), {
      what: () => `${count} failed jobs, there are ${this.failedJobs().length}:\n${this.output}`,
      // Until a heap is full may take a busy machine that long.
      timeout: 30_000,
    })
  }

  /** The jobs that wait or run, as far as they are on disk. */
  openJobs(): readonly OpenJob[] {
    return readJobs(this.dataFolder).open
  }

  /** Waits until these jobs wait or run, as the app knows. */
  async seenJobs(...ids: readonly string[]): Promise<void> {
    const seen = () => this.openJobs().map(({ id }) => id)
    await waitFor(() => ids.every((id) => seen().includes(id)), {
      what: () => `the jobs ${ids} among those that are open: ${seen()}\n${this.output}`,
    })
  }

  /** The incidents on disk now, oldest first. */
  incidents(): Incident[] {
    const folder = dataPaths(this.dataFolder).incidents
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []
    return names.sort().map((name) => JSON.parse(readFileSync(path.join(folder, name), 'utf8')))
  }

  /** Waits for the `n`th incident. */
  incident(n = 1): Promise<Incident> {
    return waitFor(() => this.incidents()[n - 1], {
      what: () => `incident number ${n}:\n${this.output}`,
    })
  }

  /** Whoever holds its output reads no more of it, until `readOutput`. */
  holdOutput(): void {
    this.child.stdout?.pause()
  }

  readOutput(): void {
    this.child.stdout?.resume()
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** Quits the app as a user would, and fails if anything of it is left. */
  async quit(): Promise<Exit> {
    this.kill('SIGTERM')
    const exit = await this.exited
    await this.gone()
    return exit
  }

  /** Waits until every process that was started for this data folder, or below the app, has exited. */
  async gone(): Promise<void> {
    await waitUntilGone(this.processes().map(({ pid }) => pid))
  }

  /**
   * Ends everything for a fixture's end, whatever the test did. Its data folder is deleted with the run's
   * own.
   */
  async destroy(): Promise<void> {
    for (const { pid } of this.processes()) {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
    }
    await this.gone()
  }

  /**
   * The app's processes, known by the data folder in their arguments, and all others by their environment:
   * orphans too.
   */
  processes() {
    return processes().filter(
      ({ pid, command }) => pid === this.pid || command.includes(this.userData) || this.#isOwn(pid),
    )
  }

  #isOwn(pid: number): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${OWNER}=${this.userData}`)
    } catch {
      // This is not Linux, or the process has gone.
      return false
    }
  }

  /** The log of a stream, except for a command beside the running app, which has no backend of its own. */
  #logged(stream: 'stdout' | 'stderr'): string {
    return this.#stderr.includes('starting the backend') ? (this.#backend?.of(stream) ?? '') : ''
  }
}

function userDataOf({ userData, dataFolder }: StudioOptions): string {
  if (dataFolder === undefined) return userData ?? mkdtempSync(path.join(os.tmpdir(), 'studio-e2e-'))
  const folder = path.dirname(dataFolder)
  if (dataFolderIn(folder) !== dataFolder) throw new Error(`${dataFolder} is no data folder's name`)
  return folder
}

/** The setting for the backend's entry: the packaged app has no example backend of its own. */
function entry(backend: string | null, packed: boolean): Record<string, string> {
  if (backend !== null) return { STUDIO_BACKEND_ENTRY: path.join(__dirname, '../../backends', backend) }
  return packed ? { STUDIO_BACKEND_ENTRY: path.join(PROJECT, 'dist/examples/studio-backend.cjs') } : {}
}
