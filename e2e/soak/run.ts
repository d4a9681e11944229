import path from 'node:path'
import { readIncidents } from '../../src/main/records/incidents/read-incidents'
import { type Agent, startAgent } from '../../testing/agent/agent'
import { waitFor } from '../../testing/waiting/wait-for'
import { markedProcesses } from '../faults/support/main-process'
import globalSetup from '../support/app/global-setup'
import { Studio } from '../support/app/studio'
import { keepTemporaryFolder } from '../support/app/temporary-folder'
import { isAlive } from '../support/process'
import { Books } from './books'
import { die, fill } from './life'
import { MainProcess } from './main-process'
import type { Result, Sample } from './result'

/**
 * Records kept, of ten lives: the bound is reached within the warm-up, and main's memory for records grows no
 * more.
 */
const JOBS_KEPT = 40
/** The backend's heap limit: a leak fills it within a second. */
const HEAP_LIMIT = '96MiB'

const PROGRESS_EVERY = 10

export interface SoakOptions {
  /** Most deaths; may be infinite. */
  readonly deaths: number
  readonly minutes: number
  /**
   * True to wait as long as the app does before it restarts the backend: half a minute from the seventh death
   * on.
   */
  readonly patient: boolean
  /** Ends the run after the current death. */
  readonly interrupted: AbortSignal
  readonly onProgress: (line: string) => void
}

/** Runs the real app's backend into out-of-memory deaths, one after the other. Linux. */
export async function soak(options: SoakOptions): Promise<Result> {
  const tidyUp = globalSetup()
  const agent = await startAgent()
  const studio = Studio.launch({
    app: path.join(__dirname, 'app'),
    env: {
      DD_TRACE_AGENT_URL: agent.url,
      STUDIO_HEAP_LIMIT: HEAP_LIMIT,
      // Never reached: a death takes seconds.
      STUDIO_RESTART_LIMIT: '1000/1m',
      STUDIO_JOBS_KEEP: String(JOBS_KEPT),
    },
  })
  try {
    const result = await new Soak(studio, agent, options).run()
    if (result.dataFolder !== null) keepTemporaryFolder()
    return result
  } finally {
    await studio.destroy()
    await agent.stop()
    tidyUp()
  }
}

class Soak {
  readonly #books = new Books(JOBS_KEPT)
  readonly #samples: Sample[] = []
  readonly #startedAt = performance.now()

  constructor(
    private readonly studio: Studio,
    private readonly agent: Agent,
    private readonly options: SoakOptions,
  ) {}

  async run(): Promise<Result> {
    let ended: Result['ended'] | null = null
    try {
      for (let n = 1; ended === null; n += 1) {
        await this.#live(n)
        ended = this.#isOver(n)
      }
      await this.#settle()
    } catch (error) {
      ended = 'trouble'
      this.#books.complain(error instanceof Error ? error.message : String(error))
    }
    const complaints = this.#balance()
    return {
      dataFolder: complaints.length > 0 ? this.studio.dataFolder : null,
      ended,
      deaths: this.#books.incidents,
      jobs: this.#books.jobs,
      minutes: this.#elapsedMinutes(),
      samples: this.#samples,
      complaints,
    }
  }

  /**
   * Runs one life of the backend, from its jobs to its death; main is sampled when all is as at the last
   * sample.
   */
  async #live(n: number): Promise<void> {
    const life = await fill(this.studio, n)
    const main = await MainProcess.of(this.studio)
    const held = await main.holdings()
    this.#samples.push({ deaths: n - 1, atMs: performance.now() - this.#startedAt, ...held })
    const hurry = this.options.patient ? async () => {} : () => main.hurry()
    const { incident, orphans } = await die(this.studio, n, hurry)
    this.#books.died(life, incident)
    for (const pid of orphans) this.#books.complain(`process ${pid} outlived death ${n}`)
    this.#read()
    if (n % PROGRESS_EVERY === 0) {
      const mib = (held.rssBytes / 2 ** 20).toFixed(0)
      this.options.onProgress(
        `death ${n}: ${incident.cause}; main has ${mib} MiB, ${held.descriptors} descriptors`,
      )
    }
  }

  #isOver(n: number): Result['ended'] | null {
    if (this.options.interrupted.aborted) return 'interrupted'
    if (n >= this.options.deaths) return 'deaths'
    return this.#elapsedMinutes() >= this.options.minutes ? 'minutes' : null
  }

  #elapsedMinutes(): number {
    return (performance.now() - this.#startedAt) / 60_000
  }

  /** Counts what the Agent received, and clears it: the run may be long. */
  #read(): void {
    this.#books.told(this.agent.spans())
    this.agent.clear()
  }

  /** Waits until everything is delivered, then ends the app. */
  async #settle(): Promise<void> {
    await waitFor(
      () => {
        this.#read()
        return this.#books.toldOfAll
      },
      { what: 'the Agent to be told of everything', timeout: 60_000 },
    ).catch(() => {})
    const { code } = await this.studio.quit()
    if (code !== 0) this.#books.complain(`the app ended with ${code}`)
    for (const pid of markedProcesses(this.studio.dataFolder).filter(isAlive)) {
      this.#books.complain(`process ${pid} outlived the app`)
    }
    this.#read()
  }

  #balance(): readonly string[] {
    const { dataFolder } = this.studio
    // The list is checked: the journal keeps evicted records until it is rewritten.
    return this.#books.balance(this.studio.failedJobs(), readIncidents(dataFolder).incidents)
  }
}
