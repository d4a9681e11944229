import { strict as assert } from 'node:assert'
import { readIncidents } from '../../../src/main/incidents/read-incidents'
import { readJobs } from '../../../src/main/jobs/read-only'
import type { Exit, Studio } from '../../support/app/studio'
import { isAlive, waitUntilGone } from '../../support/process'
import { waitFor } from '../../support/wait-for'
import { type Holdings, holdings, markedProcesses } from './main-process'

/** Descriptors that come and go: a connection to the Agent, a file that is being written. */
const DESCRIPTORS_SPARE = 8
/** What V8 and the allocator keep for the next time. */
const MEMORY_SPARE = 96 * 2 ** 20
/** Main's garbage is collected when it has time. */
const RETURN_MS = 45_000
/** Of one fault, each death counted: no flood. */
const LINES_FOR_EACH_DEATH = 6
const LINES_FOR_A_FAULT = 6

export interface Expected {
  /** What the log says of the fault: so many times each, by default once. */
  readonly lines?: readonly (RegExp | readonly [RegExp, number])[]
  /** The backend's starts until now, or that it was given up. */
  readonly backend: number | 'gave-up'
}

/** The app, and what must hold for it whatever happens. */
export class WatchedStudio {
  readonly #acknowledged = new Map<string, string>()
  #before: Holdings | null = null

  constructor(readonly studio: Studio) {}

  /** From here on descriptors and memory must come back to what they are. */
  settled(): void {
    this.#before = holdings(this.studio.pid)
  }

  /** Records that the app has shown to the outside: none of them may be lost, or be there twice. */
  acknowledge(): void {
    for (const { id, jobId } of readJobs(this.studio.dataFolder).jobs) this.#acknowledged.set(id, jobId)
  }

  /** @returns a figure: what main holds more than before */
  async holds({ backend, lines = [] }: Expected): Promise<string> {
    const { studio } = this
    assert.ok(isAlive(studio.pid), `the app is gone:\n${studio.output}`)
    if (backend === 'gave-up') await studio.said(/is not started again/, 60_000)
    else assert.ok(isAlive(await studio.backendPid(backend)), 'the backend is not back')
    for (const line of lines) {
      const [pattern, times] = line instanceof RegExp ? [line, 1] : line
      await waitFor(() => this.#logged(pattern) >= times, {
        what: () => `${pattern} ${times} times in the log:\n${studio.stderr}`,
        timeout: 30_000,
      })
    }
    this.acknowledge()
    const figure = await this.#returned()
    for (const line of lines) {
      const [pattern, times] = line instanceof RegExp ? [line, 1] : line
      assert.equal(this.#logged(pattern), times, `${pattern} in the log:\n${studio.stderr}`)
    }
    this.#expectNoFlood()
    return figure
  }

  /** Ends the app. Nothing is left of it, and its records are whole. @returns the records */
  async end(): Promise<Exit> {
    const exit = await this.studio.quit()
    assert.deepEqual(exit, { code: 0, signal: null })
    await waitUntilGone(markedProcesses(this.studio.dataFolder))
    this.expectRecords()
    return exit
  }

  /** @returns how many there are */
  expectRecords(): number {
    const { jobs } = readJobs(this.studio.dataFolder)
    const ids = new Map(jobs.map(({ id, jobId }) => [id, jobId]))
    assert.equal(ids.size, jobs.length, 'a record is there twice')
    for (const [id, jobId] of this.#acknowledged)
      assert.equal(ids.get(id), jobId, `the record of ${jobId} is lost`)
    return jobs.length
  }

  /** Of a job there is one record at most. */
  expectOneEach(): void {
    const jobIds = readJobs(this.studio.dataFolder).jobs.map(({ jobId }) => jobId)
    assert.deepEqual(
      jobIds.filter((id, index) => jobIds.indexOf(id) !== index),
      [],
      'jobs with two records',
    )
  }

  #incidents(): number {
    return readIncidents(this.studio.dataFolder).incidents.length
  }

  #logged(pattern: RegExp): number {
    const all = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`)
    return this.#own().match(all)?.length ?? 0
  }

  /** What the monitor itself said. */
  #own(): string {
    const lines = this.studio.stderr.split('\n')
    return lines.filter((line) => line.startsWith('studio-monitor: ')).join('\n')
  }

  #expectNoFlood(): void {
    const lines = this.#own().split('\n').length
    const limit = LINES_FOR_A_FAULT + LINES_FOR_EACH_DEATH * (1 + this.#incidents())
    assert.ok(lines <= limit, `${lines} lines in the log:\n${this.#own()}`)
  }

  async #returned(): Promise<string> {
    const before = this.#before
    if (before === null) return ''
    const more = () => {
      const now = holdings(this.studio.pid)
      return {
        descriptors: now.descriptors - before.descriptors,
        bytes: now.rssBytes - before.rssBytes,
      }
    }
    await waitFor(() => more().descriptors <= DESCRIPTORS_SPARE && more().bytes <= MEMORY_SPARE, {
      what: () => `main to let go of what it took: ${JSON.stringify(more())}`,
      timeout: RETURN_MS,
    })
    const { descriptors, bytes } = more()
    return `main ${signed(bytes / 2 ** 20)} MiB, ${signed(descriptors)} descriptors`
  }
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(Math.round(value))}`
}
