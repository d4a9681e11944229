import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { waitFor } from '../../../testing/waiting/wait-for'

const PROBE = path.join(__dirname, '../../../src/preload/engine/probe')
const TOKEN = 'a-token'

/** A message of the probe's; `src/preload/engine/probe/README.md` has the fields of each. */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into it, and fails where something else is there
export type ProbeEvent = Readonly<Record<string, any>>

/** Runs an engine with the probe, without the app, and hears what the probe says. */
export class ProbeRunner {
  readonly events: ProbeEvent[] = []
  /** Stacks, as text. */
  watchdog = ''
  stderr = ''
  readonly exited: Promise<number | null>

  private constructor(
    private readonly server: net.Server,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    server.on('connection', (socket) => this.#hear(socket))
    child.stderr?.on('data', (chunk) => {
      this.stderr += chunk
    })
    this.exited = once(child, 'exit').then(([code]) => code)
  }

  /** @param settings those of a published engine, for the app */
  static async start(
    settings: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ProbeRunner> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'probe-'))
    const socket = path.join(folder, 'probe.sock')
    const server = net.createServer()
    server.listen(socket)
    await once(server, 'listening')
    const [program = '', ...args]: string[] = JSON.parse(settings.STUDIO_ENGINE_COMMAND ?? '[]')
    const child = spawn(program, args, {
      cwd: settings.STUDIO_ENGINE_CWD,
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...settings,
        ...env,
        PYTHONPATH: [PROBE, env.PYTHONPATH, settings.PYTHONPATH].filter(Boolean).join(path.delimiter),
        STUDIO_PROBE_SOCKET: socket,
        STUDIO_PROBE_TOKEN: TOKEN,
        STUDIO_PROBE_CARRIED: 'true',
      },
    })
    return new ProbeRunner(server, child, folder)
  }

  of(type: string): ProbeEvent[] {
    return this.events.filter((event) => event.type === type)
  }

  /** The `n`th message of this type, waited for. */
  heard(type: string, n = 1): Promise<ProbeEvent> {
    return waitFor(() => this.of(type)[n - 1], {
      what: () => `message ${n} of type ${type}: ${JSON.stringify(this.events.slice(-20))}\n${this.stderr}`,
      timeout: 60_000,
    })
  }

  /** Ends the engine and all that it started. */
  async stop(): Promise<void> {
    try {
      process.kill(-(this.child.pid ?? 0), 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
    await this.exited
    this.server.close()
    rmSync(this.folder, { recursive: true })
  }

  #hear(socket: net.Socket): void {
    socket.on('error', () => {})
    const lines = createInterface({ input: socket })
    let isWatchdog = false
    lines.on('line', (line) => {
      if (isWatchdog) {
        this.watchdog += `${line}\n`
        return
      }
      const event: ProbeEvent = JSON.parse(line)
      isWatchdog = event.type === 'watchdog'
      this.events.push({ ...event, heardAt: Date.now() })
    })
  }
}
