// @ts-check
// Studio's published engine, with and without the probe, as the benchmarks run it.
import { once } from 'node:events'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { endChild, startChild, temporaryFolder } from './children.mjs'
import { bundleProgram, root } from './typescript.mjs'

/** Time for an engine to answer on a busy machine, in milliseconds. */
const START_MS = 120_000
const ASK_MS = 10
/** `/proc/<pid>/stat` counts in hundredths of a second. */
const TICKS_PER_SECOND = 100

/** @typedef {import('../../e2e/published-engine/install.mjs').PublishedEngine} Installed */

/** The runner's end of the probe, in a process of its own. */
export class ProbeLink {
  /** @type {Readonly<Record<string, string>>} */
  environment = {}

  /** @param {import('node:child_process').ChildProcess} child */
  constructor(child) {
    this.child = child
  }

  /** @param {{ profiles: boolean }} options `profiles`: the worker is looked at 100 times a second in place of 20 */
  static async start({ profiles }) {
    const folder = await temporaryFolder()
    const program = path.join(folder, 'link.cjs')
    await bundleProgram('bench/backends/probe-link.mjs', program)
    const probe = path.join(root, 'src/preload/engine/probe')
    const args = [program, folder, probe, profiles ? '60000' : '0']
    const child = startChild(process.execPath, args, {
      env: process.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const [{ environment, folder: first }] = await once(child, 'message')
    const link = new ProbeLink(child)
    link.environment = { ...environment, PYTHONPATH: first }
    return link
  }

  /** How late each message was since the last time that this was asked for. @returns {Promise<number[]>} in milliseconds */
  async delays() {
    this.child.send('delays')
    const [{ delays }] = await once(this.child, 'message')
    return delays
  }
}

/** One running engine. */
export class BenchEngine {
  #jobs = 0

  /** @param {import('node:child_process').ChildProcess} child @param {string} url @param {number} startMs until its API answered */
  constructor(child, url, startMs) {
    this.child = child
    this.url = url
    this.startMs = startMs
  }

  /** @param {Installed} installed @param {ProbeLink | null} link */
  static async start({ folder, python, standIns }, link) {
    const base = await temporaryFolder()
    mkdirSync(path.join(base, 'custom_nodes'))
    cpSync(path.join(root, 'e2e/published-engine/nodes'), path.join(base, 'custom_nodes/test_pack'), {
      recursive: true,
    })
    const port = await freePort()
    const args = ['main.py', '--cpu', '--disable-api-nodes', '--base-directory', base, '--port', String(port)]
    const began = performance.now()
    const child = startChild('/usr/bin/env', ['-C', folder, python, ...args], {
      env: {
        ...process.env,
        ...link?.environment,
        PYTHONPATH: [link?.environment.PYTHONPATH, standIns].filter(Boolean).join(path.delimiter),
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said = (said + chunk).slice(-2_000)
    })
    const url = `http://127.0.0.1:${port}`
    const isOver = () => child.exitCode !== null || child.signalCode !== null
    while (!(await answers(url))) {
      if (isOver() || performance.now() - began > START_MS)
        throw new Error(`the published engine does not answer:\n${said}`)
      await sleep(ASK_MS)
    }
    const startMs = performance.now() - began
    // What answers may be another program on its port.
    if (isOver()) throw new Error(`the published engine has ended:\n${said}`)
    return new BenchEngine(child, url, startMs)
  }

  /** Runs a job of nodes that do nothing, none of them cached. @param {number} count @returns {Promise<{ ms: number, cpuMs: number }>} */
  run(count) {
    const job = ++this.#jobs
    const nodes = Array.from({ length: count }, (_, n) => ['Nothing', { n: job * count + n }])
    return this.#run(nodes)
  }

  /** Runs a job that waits. @param {number} seconds @returns {Promise<{ ms: number, cpuMs: number }>} */
  wait(seconds) {
    return this.#run([['Nap', { seconds: seconds + ++this.#jobs / 1e6 }]])
  }

  /** @param {(string | object)[][]} nodes */
  async #run(nodes) {
    const prompt = Object.fromEntries(
      nodes.map(([class_type, inputs], at) => [at + 1, { class_type, inputs }]),
    )
    const cpu = this.#cpuMs()
    const answer = await fetch(`${this.url}/prompt`, { method: 'POST', body: JSON.stringify({ prompt }) })
    if (!answer.ok)
      throw new Error(`the engine answered /prompt with ${answer.status}: ${await answer.text()}`)
    const { prompt_id: id } = /** @type {{ prompt_id: string }} */ (await answer.json())
    for (;;) {
      await sleep(ASK_MS)
      const history =
        /** @type {Record<string, { status: { messages: [string, { timestamp: number }][] } }>} */ (
          await (await fetch(`${this.url}/history/${id}`)).json()
        )
      const messages = history[id]?.status.messages
      if (!messages) continue
      const time = (/** @type {string} */ event) =>
        messages.find(([name]) => name === event)?.[1].timestamp ?? Number.NaN
      return { ms: time('execution_success') - time('execution_start'), cpuMs: this.#cpuMs() - cpu }
    }
  }

  /** User and system time of the engine's process, in milliseconds. */
  #cpuMs() {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1_000
  }

  end() {
    return endChild(this.child)
  }
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(`${url}/queue`)).ok
  } catch {
    return false
  }
}

/** A port that is free, and that no connection takes for its own end before the engine listens: systems choose those from above. */
async function freePort() {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000)
    const server = net.createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
      return port
    } catch {
      // It is somebody's.
    } finally {
      server.close()
    }
  }
}
