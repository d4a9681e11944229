import { waitFor } from '../../../testing/waiting/wait-for'

/** Controls the puppet backend. */
export class Puppet {
  constructor(private readonly port: number) {}

  /** Queues a job, until `start` or `cancel` of the same id. */
  queue(id: string, options: { name?: string; kind?: string } = {}): Promise<void> {
    return this.#tell('queue', { id, ...options })
  }

  cancel(id: string): Promise<void> {
    return this.#tell('cancel', { id })
  }

  start(id: string, options: { name?: string; kind?: string; progress?: string } = {}): Promise<void> {
    return this.#tell('start', { id, ...options })
  }

  /** Runs a job that reads a file and makes an HTTP request. */
  work(id: string): Promise<void> {
    return this.#tell('work', { id })
  }

  /** Runs a job that reads a file and fails, before its request gets a response. */
  failing(id: string): Promise<void> {
    return this.#tell('failing', { id })
  }

  progress(id: string, progress: number): Promise<void> {
    return this.#tell('progress', { id, progress: String(progress) })
  }

  end(id: string): Promise<void> {
    return this.#tell('end', { id })
  }

  fail(id: string, message?: string): Promise<void> {
    return this.#tell('fail', { id, ...(message === undefined ? {} : { message }) })
  }

  /** Waits for the app's tags to have come. */
  async hasTags(tags: Readonly<Record<string, string>>): Promise<void> {
    await waitFor(() => this.#tell('has-tags', { tags: JSON.stringify(tags) }).then(() => true), {
      what: `the tags ${JSON.stringify(tags)} in the backend`,
    })
  }

  malformed(): Promise<void> {
    return this.#tell('malformed', {})
  }

  /** Writes this number of lines of some 100 characters to its output. */
  say(lines: number): Promise<void> {
    return this.#tell('say', { lines: String(lines) })
  }

  /** Starts a process that runs on unless it is killed. */
  fork(): Promise<void> {
    return this.#tell('fork', {})
  }

  /** Starts one that handles SIGTERM only by writing a file. */
  forkDeaf(file: string): Promise<void> {
    return this.#tell('fork-deaf', { file })
  }

  ping(): Promise<void> {
    return this.#tell('ping', {})
  }

  die(
    how:
      | 'heap-out-of-memory'
      | 'heap-out-of-memory-in-steps'
      | 'abort'
      | 'throw'
      | 'reject'
      | 'exit'
      | 'clean-exit'
      | 'kernel-oom-kill',
    message?: string,
  ): Promise<void> {
    return this.#tell('die', { how, ...(message === undefined ? {} : { message }) })
  }

  async #tell(what: string, options: Record<string, string>): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/${what}?${new URLSearchParams(options)}`)
    if (!answer.ok) throw new Error(`the puppet did not ${what}: ${await answer.text()}`)
  }
}
