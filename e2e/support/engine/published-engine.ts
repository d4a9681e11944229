import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from '@playwright/test'
import { waitFor } from '../../../testing/waiting/wait-for'
import type { PublishedEngine as Installed } from '../../published-engine/install.mjs'
import { processes } from '../process'
import { freePort } from './free-port'

/** A bare machine gets Debian's torch and the engine's libraries first. In milliseconds. */
const INSTALL_MS = 15 * 60_000
/** The engine's start, with ddtrace and on a busy machine, in milliseconds. */
const START_MS = 60_000
const NODES = path.join(__dirname, '../../published-engine/nodes')

let installed: Installed | null = null

/** For the tests of a file: the engine is there, or each says why it did not run. In CI it has to be there. */
export function usePublishedEngine(): void {
  // Before each, as a test that is skipped before all of them says nothing. The first one waits, the others find it done.
  test.beforeEach(async () => {
    if (installed !== null) return
    const { timeout } = test.info()
    test.setTimeout(timeout + INSTALL_MS)
    // An ES module: Playwright makes CommonJS of the tests.
    const { installPublishedEngine } = await import('../../published-engine/install.mjs')
    const found = await installPublishedEngine()
    if (found.ok) installed = found
    else if (process.env.CI) throw new Error(`the published engine: ${found.reason}`)
    else test.skip(true, `did not run: the published engine ${found.reason}`)
  })
}

export interface PublishedEngineOptions {
  /** True for a Python with Datadog's tracer. */
  readonly ddtrace?: boolean
  /** The engine's own, behind `main.py`. */
  readonly args?: readonly string[]
  /** Its folder among what the test writes, where there are several; `engine` if not given. */
  readonly folder?: string
}

/** A line of a node of class `Track`. */
export interface Tracked {
  readonly job: string
  /** `begun`, `interrupted`, or the deed that follows. */
  readonly what: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The nodes of a workflow, by class, each after the one before it: `[['Nap', { seconds: 1 }]]`. */
export type Nodes = readonly (readonly [type: string, inputs?: Readonly<Record<string, unknown>>])[]

/** Studio's engine as it was published, with the nodes of `e2e/published-engine/nodes`, and what a client says to it. */
export class PublishedEngine {
  private constructor(
    private readonly installed: Installed,
    private readonly options: PublishedEngineOptions,
    readonly port: number,
    /** Holds `custom_nodes` and what the engine writes. */
    readonly baseFolder: string,
  ) {}

  /** On a port that was free just now. */
  static async create(options: PublishedEngineOptions = {}): Promise<PublishedEngine> {
    if (installed === null) throw new Error('usePublishedEngine() was not called in this file')
    const baseFolder = test.info().outputPath(options.folder ?? 'engine')
    mkdirSync(path.join(baseFolder, 'custom_nodes'), { recursive: true })
    cpSync(NODES, path.join(baseFolder, 'custom_nodes/test_pack'), { recursive: true })
    return new PublishedEngine(installed, options, await freePort(), baseFolder)
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The Python that runs it. */
  get python(): string {
    return this.options.ddtrace ? this.installed.tracedPython : this.installed.python
  }

  /** Stands beside the Python that has ddtrace. */
  get uv(): string {
    return path.join(path.dirname(this.installed.tracedPython), 'uv')
  }

  /** The modules that the published package leaves out. */
  get standIns(): string {
    return this.installed.standIns
  }

  /** The arguments behind the Python. */
  get arguments(): string[] {
    const { args = [] } = this.options
    const base = ['--base-directory', this.baseFolder, '--port', String(this.port)]
    return ['main.py', '--cpu', '--disable-api-nodes', ...base, ...args]
  }

  /** For the app; `command` stands for the engine's own Python. */
  settings(...command: readonly string[]): Record<string, string> {
    return {
      STUDIO_ENGINE_COMMAND: JSON.stringify([
        ...(command.length > 0 ? command : [this.python]),
        ...this.arguments,
      ]),
      STUDIO_ENGINE_CWD: this.installed.folder,
      STUDIO_ENGINE_URL: this.url,
      PYTHONPATH: this.installed.standIns,
      // ddtrace's own reports to Datadog; there is nothing to reach.
      DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
    }
  }

  /** Waits until its API answers. */
  async ready(): Promise<void> {
    await waitFor(async () => (await fetch(`${this.url}/queue`)).ok, {
      what: `the published engine at ${this.url}`,
      timeout: START_MS,
    })
  }

  /** @returns the job's id */
  async submit(nodes: Nodes, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const prompt = Object.fromEntries(
      nodes.map(([class_type, inputs = {}], at) => [
        String(at + 1),
        { class_type, inputs: { ...inputs, ...(at > 0 && { after: [String(at), 0] }) } },
      ]),
    )
    const answer = await fetch(`${this.url}/prompt`, {
      method: 'POST',
      body: JSON.stringify({ prompt, ...more }),
    })
    if (!answer.ok)
      throw new Error(`the engine answered /prompt with ${answer.status}: ${await answer.text()}`)
    return ((await answer.json()) as { prompt_id: string }).prompt_id
  }

  /** The lines that the nodes of class `Track` have written down, oldest first. */
  tracked(): readonly Tracked[] {
    return linesOf(path.join(this.baseFolder, 'track.jsonl'))
  }

  /** The notes that the nodes of class `Note` have written down, in the order they ran. */
  notes(): readonly { readonly text: string; readonly key: string | null }[] {
    return linesOf(path.join(this.baseFolder, 'notes.jsonl'))
  }

  /** The engine's process, whichever start it is of; `null` while there is none. Linux alone. */
  pid(): number | null {
    const isIt = ({ command }: { readonly command: string }) =>
      command.startsWith(this.python) && command.includes(this.baseFolder)
    return processes().find(isIt)?.pid ?? null
  }

  async interrupt(): Promise<void> {
    await fetch(`${this.url}/interrupt`, { method: 'POST' })
  }

  /** Takes a job out of its queue, where it waits there. */
  async cancel(id: string): Promise<void> {
    await fetch(`${this.url}/queue`, { method: 'POST', body: JSON.stringify({ delete: [id] }) })
  }

  /** Tells whether it answers, and has no job. */
  async isIdle(): Promise<boolean> {
    const answer = await fetch(`${this.url}/queue`).catch(() => null)
    if (!answer?.ok) return false
    const { queue_running, queue_pending } = (await answer.json()) as Record<string, unknown[]>
    return queue_running?.length === 0 && queue_pending?.length === 0
  }

  /** The number of jobs in its queue that have not begun; `null` where it does not answer. */
  async waiting(): Promise<number | null> {
    const answer = await fetch(`${this.url}/queue`).catch(() => null)
    return answer?.ok ? ((await answer.json()) as { queue_pending: unknown[] }).queue_pending.length : null
  }

  /** The extra data that a job that has ended carried, as the engine shows it. */
  async extraDataOf(id: string): Promise<unknown> {
    const history = await (await fetch(`${this.url}/history/${id}`)).json()
    return (history as Record<string, { prompt: unknown[] }>)[id]?.prompt[3]
  }

  /** Waits for the engine's own word that a job ended. */
  async ended(id: string): Promise<'success' | 'error'> {
    return waitFor(
      async () => {
        // None answers while it is started again.
        const answer = await fetch(`${this.url}/history/${id}`).catch(() => null)
        if (!answer?.ok) return null
        const history = (await answer.json()) as Record<
          string,
          { status: { status_str: 'success' | 'error' } }
        >
        return history[id]?.status.status_str
      },
      { what: `the end of the job ${id}`, timeout: 90_000 },
    )
  }
}

/** The objects of a file of JSON lines; none where there is no file. */
function linesOf<Line>(file: string): Line[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []
  return lines.map((line) => JSON.parse(line))
}
