// @ts-check
import path from 'node:path'
import { appEnvironment, electronArguments } from '../../scripts/electron/launch.mjs'
import { endChild, removeFolder, startChild, temporaryFolder } from './children.mjs'
import { HostedBackend } from './hosted-backend.mjs'
import { loadProtocol, root } from './typescript.mjs'

/** Turns off dd-trace, which is not measured here. */
const TRACING_OFF = {
  DD_TRACE_ENABLED: 'false',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_RUNTIME_METRICS_ENABLED: 'false',
  DD_TRACE_AGENT_URL: 'http://127.0.0.1:9',
}

/** Turns on dd-trace as the app does. */
const TRACING_ON = { DD_TRACE_ENABLED: 'true', DD_TRACE_FS_ENABLED: 'true' }

/** @typedef {import('../app/main.cjs').Report} Report */

/** An Electron that forks the backends to be measured: `bench/app`. */
export class Host {
  /** @type {Map<number, HostedBackend>} */
  #backends = new Map()
  #stdout = ''

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} folder
   * @param {typeof import('../../src/common/protocol/messages')} protocol
   */
  constructor(child, folder, protocol) {
    this.child = child
    this.folder = folder
    this.protocol = protocol
    child.on('message', (report) => this.#heard(/** @type {Report} */ (report)))
    child.stdout?.on('data', (chunk) => {
      this.#stdout += chunk
    })
  }

  /**
   * Starts one for as long as it is used.
   * @template T
   * @param {import('../../scripts/electron/resolve.mjs').ResolvedElectron} electron
   * @param {(host: Host) => Promise<T>} use
   * @returns {Promise<T>}
   */
  static async with(electron, use) {
    const host = await Host.#start(electron)
    try {
      return await use(host)
    } finally {
      await host.#stop()
    }
  }

  /** @param {import('../../scripts/electron/resolve.mjs').ResolvedElectron} electron */
  static async #start(electron) {
    const folder = await temporaryFolder()
    const own = { ...electron, appArgs: [path.join(root, 'bench/app')] }
    const child = startChild(electron.executable, electronArguments(own, [`--user-data-dir=${folder}`]), {
      env: appEnvironment(process.env),
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    })
    const host = new Host(child, folder, await loadProtocol())
    await new Promise((resolve, reject) => {
      child.once('message', resolve)
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`the bench's Electron ended at once, with ${code}`)))
    })
    return host
  }

  /** The backends' output so far. */
  get stdout() {
    return this.#stdout
  }

  /**
   * Forks a backend without the bootstrap.
   * @param {string} file
   * @param {{ args?: string[], execArgv?: string[], deaths?: number }} [options] `deaths` after which it is forked again
   */
  bare(file, { args = [], execArgv = [], deaths = 0 } = {}) {
    return this.#fork({ file, args, execArgv, env: {}, hello: null, deaths })
  }

  /**
   * Forks a backend under the app's own bootstrap. Tracing is off, or sends to `agent`.
   * @param {string} file
   * @param {{ profilingPeriodMs: number | null, agent?: string, args?: string[], execArgv?: string[] }} options
   */
  bootstrapped(file, { profilingPeriodMs, agent, args = [], execArgv = [] }) {
    const profiles = path.join(this.folder, 'profiles', String(this.#backends.size))
    const profiling =
      profilingPeriodMs === null
        ? null
        : { folder: profiles, periodMs: profilingPeriodMs, memoryLimitBytes: null }
    return this.#fork(
      {
        file: path.join(root, 'dist/preload/index.cjs'),
        args: [file, ...args],
        execArgv,
        env: agent === undefined ? TRACING_OFF : { ...TRACING_OFF, ...TRACING_ON, DD_TRACE_AGENT_URL: agent },
        hello: this.protocol.hello(null, profiling),
        deaths: 0,
      },
      profiling && profiles,
    )
  }

  /**
   * Forks a traced backend under the app's own bootstrap. With V8's `gc()` its garbage is not counted.
   * @param {string} file
   * @param {string} agentUrl
   */
  traced(file, agentUrl) {
    return this.#fork({
      file: path.join(root, 'dist/preload/index.cjs'),
      args: [file],
      execArgv: ['--js-flags=--expose-gc'],
      env: {
        ...TRACING_OFF,
        DD_TRACE_ENABLED: 'true',
        DD_TRACE_FS_ENABLED: 'true',
        DD_TRACE_PARTIAL_FLUSH_MIN_SPANS: '1',
        DD_TRACE_AGENT_URL: agentUrl,
      },
      hello: this.protocol.hello(null, null),
      deaths: 0,
    })
  }

  async #stop() {
    await endChild(this.child)
    await removeFolder(this.folder)
  }

  /** @param {import('../app/main.cjs').ForkOptions} options @param {string | null} [profiles] */
  #fork(options, profiles = null) {
    const id = this.#backends.size
    const backend = new HostedBackend((command) => this.child.send({ ...command, id }), profiles)
    this.#backends.set(id, backend)
    this.child.send({ type: 'fork', id, options })
    return backend
  }

  /** @param {Report} report */
  #heard(report) {
    if (report.type !== 'up') this.#backends.get(report.id)?.heard(report)
  }
}
