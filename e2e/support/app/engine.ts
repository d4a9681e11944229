import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { test } from '@playwright/test'
import type { Availability } from '../../../testing/availability/availability'
import { waitFor } from '../../../testing/waiting/wait-for'
import { freePort } from '../engine/free-port'

const DOUBLE = path.join(__dirname, '../../engine-double/main.py')
const PYTHON = process.platform === 'win32' ? 'python' : 'python3'

/** The nodes of a workflow of the double, by class: `[['Sampler', { steps: 4 }]]`. */
export type Nodes = readonly (readonly [type: string, inputs?: Readonly<Record<string, unknown>>])[]

export type Death =
  | 'memory-error'
  | 'sigkill'
  | 'sigterm'
  | 'segfault'
  | 'abort'
  | 'exit-3'
  | 'exit-0'
  | 'exit-137'
  | 'exit-minus-9'
  | 'error'

export interface EngineStats {
  readonly cpu_seconds: number
  readonly requests: Readonly<Record<string, number>>
  readonly free: readonly { readonly body: unknown; readonly headers: Readonly<Record<string, string>> }[]
  readonly clients: readonly string[]
  readonly connections: number
}

/** Skips the test, with a note, if there is no Python for the engine's double. */
export function skipWithoutPython(): void {
  const available = canRunPython()
  test.skip(!available.ok, available.ok ? '' : `the engine's double ${available.reason}`)
}

function canRunPython(): Availability {
  try {
    const version = execFileSync(PYTHON, ['-c', 'import sys; print(sys.version_info >= (3, 9))'], {
      encoding: 'utf8',
    })
    return version.trim() === 'True' ? { ok: true } : { ok: false, reason: 'needs Python 3.9 or newer' }
  } catch {
    return { ok: false, reason: `needs ${PYTHON} on the PATH` }
  }
}

/** The engine's double: how to start it, and the requests of a client and a test. */
export class Engine {
  private constructor(readonly port: number) {}

  /** Creates one on a free port. */
  static async create(): Promise<Engine> {
    return new Engine(await freePort())
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The program and its arguments; `options` are the double's own. */
  command(...options: readonly string[]): string[] {
    return [PYTHON, DOUBLE, '--port', String(this.port), ...options]
  }

  /** The app's settings for it. */
  settings(...options: readonly string[]): Record<string, string> {
    return { STUDIO_ENGINE_COMMAND: JSON.stringify(this.command(...options)) }
  }

  /** @returns the job's id */
  async submit(nodes: Nodes, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
    const prompt = Object.fromEntries(
      nodes.map(([class_type, inputs = {}], at) => [String(at + 1), { class_type, inputs }]),
    )
    const { prompt_id } = (await this.#post('/prompt', { prompt, ...more })) as { prompt_id: string }
    return prompt_id
  }

  interrupt(): Promise<unknown> {
    return this.#post('/interrupt', {})
  }

  /** Removes waiting jobs from the queue. */
  withdraw(...ids: readonly string[]): Promise<unknown> {
    return this.#post('/queue', { delete: ids })
  }

  /** Releases a job that waits in a node `Wait`. */
  release(): Promise<unknown> {
    return this.#post('/double/release', {})
  }

  setMode(mode: 'ok' | 'hang' | '500' | 'garbage'): Promise<unknown> {
    return this.#post('/double/mode', { mode })
  }

  /** Cuts every WebSocket, and rejects new ones until `acceptSockets`. */
  dropSockets(): Promise<unknown> {
    return this.#post('/double/drop', { refuse: true })
  }

  acceptSockets(): Promise<unknown> {
    return this.#post('/double/accept', {})
  }

  /** Makes the engine die; there may be no response. */
  async die(how: Death): Promise<void> {
    await this.#post('/double/die', { how }).catch(() => {})
  }

  async stats(): Promise<EngineStats> {
    const answer = await fetch(`${this.url}/double/stats`)
    return (await answer.json()) as EngineStats
  }

  /** Waits until the monitor listens on the WebSocket. */
  async followed(): Promise<void> {
    await waitFor(async () => (await this.stats()).clients.some((id) => id.startsWith('studio-monitor-')), {
      what: 'the monitor to listen to the engine',
    })
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}${path}`, { method: 'POST', body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`the engine answered ${path} with ${answer.status}`)
    return answer.json()
  }
}
