import path from 'node:path'
import type { Tracer } from 'dd-trace'
import { size } from '../../../common/output/units'
import type { ProbeMessage, ProbeMessageOf } from './messages'
import { installProbe } from './probe-files'
import { ProbeJobs } from './probe-jobs'
import { ProbeSocket } from './probe-socket'

/** Without these nothing can be said of jobs, and the API is asked instead. */
const NEEDED_HOOKS = ['PromptQueue.put', 'PromptQueue.get', 'PromptQueue.task_done'] as const

export interface EngineProbeOptions {
  /** Where the probe is written to: `<user data>/studio-monitor/engine-probe`. */
  readonly folder: string
  readonly tracer: Tracer | null
  /** One line for the log. */
  readonly say: (line: string) => void
}

/** The runner's end of the probe inside the engine. */
export class EngineProbe {
  readonly jobs: ProbeJobs
  /** For the engine's process. */
  readonly environment: Readonly<Record<string, string>>
  readonly #options: EngineProbeOptions
  readonly #socket: ProbeSocket
  #engine: ProbeMessageOf<'hello'> | null = null
  #speaks = false
  #saidMissing = false

  private constructor(options: EngineProbeOptions, socket: ProbeSocket) {
    this.#options = options
    this.jobs = new ProbeJobs(options.tracer)
    this.#socket = socket
    this.environment = {
      STUDIO_PROBE_SOCKET: this.#socket.address,
      STUDIO_PROBE_TOKEN: this.#socket.token,
      STUDIO_PROBE_STACKS: path.join(options.folder, 'stacks.txt'),
    }
  }

  /** @throws where the probe cannot be written, or nothing can listen for it */
  static async install(options: EngineProbeOptions): Promise<EngineProbe> {
    installProbe(options.folder)
    let probe: EngineProbe | null = null
    const socket = await ProbeSocket.open({
      folder: options.folder,
      onMessage: (message) => probe?.onMessage(message),
    })
    probe = new EngineProbe(options, socket)
    return probe
  }

  /** The first folder on the engine's `PYTHONPATH`. */
  get folder(): string {
    return this.#options.folder
  }

  /** Whether the engine says by itself what becomes of its jobs. */
  get speaks(): boolean {
    return this.#speaks
  }

  close(): void {
    this.#socket.close()
  }

  onMessage(message: ProbeMessage): void {
    switch (message.k) {
      case 'hello':
        this.#onHello(message)
        break
      case 'hooks':
        this.#onHooks(message)
        break
      case 'pack':
        this.#onPack(message)
        break
      case 'rejected':
        this.#options.say(describeRejection(message))
        break
      case 'worker-failed':
        this.#options.say(describeWorkerFailure(message))
        break
      case 'dropped':
        this.#options.say(
          `${message.count} messages of the engine's probe were dropped: it says more than can be read`,
        )
        break
      default:
        if (this.#speaks) this.jobs.apply(message)
    }
  }

  #onHello(hello: ProbeMessageOf<'hello'>): void {
    if (this.#engine !== null) {
      this.#options.say('the engine restarts itself')
      this.jobs.restarted()
    }
    this.#engine = hello
    this.#options.say(`the engine says what it does: Python ${hello.python}, process ${hello.pid}`)
  }

  #onHooks(message: ProbeMessageOf<'hooks'>): void {
    const missing = Object.entries(message).flatMap(([name, found]) => (found === false ? name : []))
    const lacks = NEEDED_HOOKS.filter((name) => message[name] !== true)
    if (missing.length > 0 && !this.#saidMissing)
      this.#options.say(
        `this engine has no ${missing.join(', ')}: ${lacks.length > 0 ? 'its API is asked for its jobs instead' : 'the rest is observed'}`,
      )
    this.#saidMissing = true
    if (lacks.length > 0 || this.#speaks) return
    this.#speaks = true
  }

  #onPack({ name, seconds, rss, loaded }: ProbeMessageOf<'pack'>): void {
    const cost = `${seconds.toFixed(1)} s, ${size(Math.max(0, rss))}`
    this.#options.say(
      loaded ? `custom_nodes/${name} took ${cost} to load` : `custom_nodes/${name} did not load (${cost})`,
    )
  }
}

function describeRejection({ reason, kinds, nodes }: ProbeMessageOf<'rejected'>): string {
  const what = kinds.length > 0 ? `: ${kinds.join(', ')} in ${nodes} node${nodes === 1 ? '' : 's'}` : ''
  return `the engine rejected a workflow (${reason ?? 'no reason given'}${what})`
}

function describeWorkerFailure({ type, message, node, cls, pack }: ProbeMessageOf<'worker-failed'>): string {
  const where =
    node === null ? '' : ` in ${cls ?? 'a node'} (node ${node}${pack === null ? '' : `, ${pack}`})`
  return `the engine runs no more jobs: ${type}${message ? ` ${message}` : ''}${where} ended its prompt worker`
}
