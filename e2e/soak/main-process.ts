import { readdirSync } from 'node:fs'
import type { HeapSpaceInfo } from 'node:v8'
import type { Studio } from '../support/app/studio'
import type { Sample } from './result'

interface Memory extends NodeJS.MemoryUsage {
  readonly spaces: readonly HeapSpaceInfo[]
}

/** V8's spaces for compiled code. */
const CODE = /^(shared_)?(code|trusted)_/

/** The soak's app, with its extra requests. */
export class MainProcess {
  private constructor(
    private readonly pid: number,
    private readonly url: string,
  ) {}

  static async of(studio: Studio): Promise<MainProcess> {
    const [, port] = await studio.said(/app listens on (\d+)/)
    return new MainProcess(studio.pid, `http://127.0.0.1:${port}`)
  }

  /** Memory and descriptors, after a garbage collection. Linux. */
  async holdings(): Promise<Pick<Sample, 'rssBytes' | 'objectBytes' | 'codeBytes' | 'descriptors'>> {
    const { rss, heapUsed, external, spaces } = (await this.#ask('/memory')) as Memory
    const codeBytes = spaces
      .filter(({ space_name }) => CODE.test(space_name))
      .reduce((sum, { space_used_size }) => sum + space_used_size, 0)
    const descriptors = readdirSync(`/proc/${this.pid}/fd`).length
    return { rssBytes: rss, objectBytes: heapUsed - codeBytes + external, codeBytes, descriptors }
  }

  /** Starts the backend now, if the monitor is waiting before that. */
  async hurry(): Promise<void> {
    await this.#ask('/hurry')
  }

  async #ask(what: string): Promise<unknown> {
    // A new connection each time: a kept one would count as the app's.
    const answer = await fetch(`${this.url}${what}`, { headers: { connection: 'close' } })
    return answer.json()
  }
}
