import { strict as assert } from 'node:assert'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { readIncidents } from '../../../src/main/records/incidents/read-incidents'
import type { FailedJob } from '../../../src/main/records/jobs/failed-job'
import { readJobs } from '../../../src/main/records/jobs/read-only'
import { waitFor } from '../../../testing/waiting/wait-for'
import type { Exit, Studio, StudioOptions } from '../../support/app/studio'
import { isAlive, waitUntilGone } from '../../support/process'
import { type Holdings, holdings, markedProcesses } from './main-process'

export const FAULT_APP = path.join(__dirname, '../app')

/** Descriptors that come and go: a connection to the Agent, a file being written. */
const DESCRIPTORS_SPARE = 8
/** The memory of what main loads and V8 compiles for a first death: 3 at most, and nothing more for the next (measured). In MiB. */
const MEMORY_SPARE = 6
/** Time for an answer of the Agent, a delivery. */
const RETURN_MS = 45_000
/** Most log lines about one fault per death: more are a flood. */
const LINES_FOR_EACH_DEATH = 6
const LINES_FOR_A_FAULT = 6
/** Lines that the file has and the terminal does not. */
const DETAILS = 8

export interface Expected {
  /** Lines that the log must have, with a number of times, by default once. */
  readonly lines?: readonly (RegExp | readonly [RegExp, number])[]
  /** The number of the backend's starts until now, or that it was given up. */
  readonly backend: number | 'gave-up'
}

/** The app, and what must always hold for it. */
export class WatchedStudio {
  readonly #acknowledged = new Map<string, string>()
  /** Ids of the records that were there when it started. */
  readonly #old: ReadonlySet<string>
  readonly #oldLines: number
  #before: Holdings | null = null

  private constructor(
    readonly studio: Studio,
    private readonly clock: string,
  ) {
    this.acknowledge()
    this.#old = new Set(this.#acknowledged.keys())
    this.#oldLines = this.#fileLines()
  }

  static start(launch: (options: StudioOptions) => Studio, options: StudioOptions): WatchedStudio {
    const clock = path.join(os.tmpdir(), `studio-clock-${randomUUID()}`)
    const env = { ...options.env, FAULT_CLOCK: clock }
    return new WatchedStudio(launch({ app: FAULT_APP, ...options, env }), clock)
  }

  /** Notes descriptors and memory, to which they must come back. */
  async settled(): Promise<void> {
    await this.#collectGarbage()
    this.#before = holdings(this.studio.pid)
    this.acknowledge()
  }

  /** Sets main's clock to differ from the machine's by `shiftMs`. */
  async setClock(shiftMs: number): Promise<void> {
    writeFileSync(this.clock, String(shiftMs))
    await this.#collectGarbage()
  }

  /** Notes the records that the app has shown: none of them may be lost, or be there twice. */
  acknowledge(): void {
    for (const { id, jobId } of readJobs(this.studio.dataFolder).jobs) this.#acknowledged.set(id, jobId)
  }

  /** This run's records, once the list has at least `count`. */
  records(count: number): Promise<FailedJob[]> {
    const own = () => this.studio.failedJobs().filter(({ id }) => !this.#old.has(id))
    return waitFor(() => (own().length >= count ? own() : null), {
      what: () => `${count} records, there are ${own().length}:\n${this.studio.stderr}`,
    })
  }

  /** This run's records, from the journal and the list together. */
  recorded(): string[] {
    const { jobs } = readJobs(this.studio.dataFolder)
    return jobs.filter(({ id }) => !this.#old.has(id)).map(({ jobId }) => jobId)
  }

  /** @returns a figure: what main holds more than before */
  async holds({ backend, lines = [] }: Expected): Promise<string> {
    const { studio } = this
    assert.ok(isAlive(studio.pid), `the app is gone:\n${studio.output}`)
    if (backend === 'gave-up') await studio.said(/: not restarting/)
    else assert.ok(isAlive(await studio.backendPid(backend)), 'the backend is not back')
    const expected = lines.map((line) => (line instanceof RegExp ? ([line, 1] as const) : line))
    for (const [pattern, times] of expected) {
      await waitFor(() => this.said(pattern) >= times, {
        what: () => `${pattern} ${times} times in the log:\n${studio.stderr}`,
      })
    }
    this.acknowledge()
    const figure = await this.#returned()
    for (const [pattern, times] of expected) {
      assert.equal(this.said(pattern), times, `${pattern} in the log:\n${studio.stderr}`)
    }
    this.#expectNoFlood(expected.reduce((sum, [, times]) => sum + times, 0))
    return figure
  }

  /**
   * Ends the app. Nothing of it is left, and its records are complete.
   * @param sameIds true if several jobs had the same id
   */
  async end({ sameIds = false } = {}): Promise<Exit> {
    const exit = await this.studio.quit()
    assert.deepEqual(exit, { code: 0, signal: null })
    await waitUntilGone(markedProcesses(this.studio.dataFolder))
    this.expectRecords({ sameIds })
    return exit
  }

  /** Checks that what was acknowledged is there, once, and that no job has two records. */
  expectRecords({ sameIds = false } = {}): void {
    const { jobs } = readJobs(this.studio.dataFolder)
    const ids = new Map(jobs.map(({ id, jobId }) => [id, jobId]))
    assert.equal(ids.size, jobs.length, 'a record is there twice')
    for (const [id, jobId] of this.#acknowledged)
      assert.equal(ids.get(id), jobId, `the record of ${jobId} is lost`)
    if (!sameIds) expectOneEach(jobs)
  }

  /** The number of the monitor's lines that match. */
  said(pattern: RegExp): number {
    const all = new RegExp(pattern.source, `${pattern.flags.replace('g', '')}g`)
    return this.#own().match(all)?.length ?? 0
  }

  #incidents(): number {
    return readIncidents(this.studio.dataFolder).incidents.length
  }

  /** The monitor's own lines. */
  #own(): string {
    const lines = this.studio.stderr.split('\n')
    return lines.filter((line) => line.startsWith('studio-monitor: ')).join('\n')
  }

  /** The number of lines of the monitor's log on disk, as far as it can be read. */
  #fileLines(): number {
    const folder = path.join(this.studio.dataFolder, 'logs')
    try {
      const names = readdirSync(folder).filter((name) => /^monitor(\.\d+)?\.jsonl$/.test(name))
      const texts = names.map((name) => readFileSync(path.join(folder, name), 'utf8'))
      return texts.reduce((sum, text) => sum + text.split('\n').length - 1, 0)
    } catch {
      // There is none yet, or it is the fault.
      return 0
    }
  }

  #expectNoFlood(expected: number): void {
    const limit = expected + LINES_FOR_A_FAULT + LINES_FOR_EACH_DEATH * (1 + this.#incidents())
    const lines = this.#own().split('\n').length
    assert.ok(lines <= limit, `${lines} lines in the log:\n${this.#own()}`)
    const inFile = this.#fileLines() - this.#oldLines
    assert.ok(inFile <= limit + DETAILS, `${inFile} lines in monitor.jsonl:\n${this.#own()}`)
  }

  async #collectGarbage(): Promise<void> {
    const times = () => this.studio.stderr.split('the garbage is collected').length
    const before = times()
    this.studio.kill('SIGUSR2')
    await waitFor(() => times() > before, { what: () => `main to answer:\n${this.studio.stderr}` })
  }

  async #returned(): Promise<string> {
    const before = this.#before
    if (before === null) return ''
    const more = () => {
      const now = holdings(this.studio.pid)
      return {
        descriptors: now.descriptors - before.descriptors,
        mib: (now.ownBytes - before.ownBytes) / 2 ** 20,
      }
    }
    const isBack = async () => {
      await this.#collectGarbage()
      return more().descriptors <= DESCRIPTORS_SPARE && more().mib <= MEMORY_SPARE
    }
    await waitFor(isBack, {
      what: () => `main to let go of what it took: ${JSON.stringify(more())}`,
      timeout: RETURN_MS,
    })
    const { descriptors, mib } = more()
    return `main ${signed(mib)} MiB, ${signed(descriptors)} descriptors`
  }
}

function expectOneEach(jobs: readonly FailedJob[]): void {
  const jobIds = jobs.map(({ jobId }) => jobId)
  const twice = [...new Set(jobIds.filter((id, index) => jobIds.indexOf(id) !== index))]
  assert.deepEqual(twice, [], 'jobs with two records')
}

function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(Math.round(value))}`
}
