import { beforeEach, describe, expect, it } from 'vitest'
import type { JobNeed } from '../../../common/protocol/job-need'
import type { BackendMessage, JobMemory } from '../../../common/protocol/messages'
import { describeForecast } from './forecast'
import type { JobForecast } from './job-forecast'
import { JobNeeds } from './job-needs'
import { NeedBook } from './need-book'
import { MIB } from './samples.test-support'

const NEED: JobNeed = {
  ...{ family: 'a'.repeat(16), sizes: 'b'.repeat(16), pixels: 1_000_000, output: 'Save', device: null },
  ...{ width: 1_000, height: 1_000, batch: 1, frames: null, steps: 20 },
}
const TRACE = { traceId: null, spanId: null, parentId: null, runtimeId: null, version: null }

let book: NeedBook
let free: number | null
let hasEngine: boolean
let forecasts: { key: number; forecast: JobForecast; isNews: boolean }[]
let judged: { error: number; wasFalseAlarm: boolean }[]
let needs: JobNeeds
let clock: number

beforeEach(() => {
  book = new NeedBook()
  free = 10_000
  hasEngine = true
  forecasts = []
  judged = []
  clock = 1_000
  needs = new JobNeeds({
    book: () => book,
    hasEngine: () => hasEngine,
    machineBytes: 64 * 2 ** 30,
    free: () => (free === null ? null : { freeBytes: free * MIB, boundBy: 'limit' }),
    onForecast: (key, forecast, isNews) => void forecasts.push({ key, forecast, isNews }),
    onJudged: (error, _, wasFalseAlarm) => void judged.push({ error, wasFalseAlarm }),
    onChange: () => {},
    now: () => clock,
  })
})

const hear = (message: BackendMessage) => needs.hear(message)

function queue(key: number, need: Partial<JobNeed> | null = {}, name: string | null = null): void {
  hear({ type: 'job-queued', key, id: `job-${key}`, name, kind: 'prompt', ...TRACE, queuedAt: 0 })
  if (need) hear({ type: 'job-need', key, ...NEED, ...need })
}

function start(key: number, heldMib: number | null = null, name: string | null = null): void {
  if (heldMib !== null) tell(key, heldMib, 0, heldMib)
  hear({ type: 'job-started', key, id: `job-${key}`, name, kind: 'prompt', ...TRACE, startedAt: clock })
}

/** The probe's word on the engine's memory while a job runs, in MiB. */
function tell(key: number, resident: number, growth: number, peak: number, rise?: number): void {
  const own = rise === undefined ? {} : { riseBytes: rise * MIB }
  const job = { id: `job-${key}`, peakBytes: peak * MIB, growthBytes: growth * MIB, ...own }
  const memory = { at: clock, pid: 7, residentBytes: resident * MIB, gpu: null, job, node: null, places: [] }
  hear({ type: 'engine-memory', ...memory })
}

function end(
  key: number,
  peakMib: number,
  startMib: number,
  more: Partial<JobMemory> = {},
  failed = false,
): void {
  clock += 500
  const memory = {
    peakBytes: peakMib * MIB,
    growthBytes: 0,
    startBytes: startMib * MIB,
    nodesRun: 3,
    node: null,
    ...more,
  }
  const error = failed ? { name: 'Error', message: 'it failed' } : null
  hear({ type: 'job-ended', key, endedAt: clock, progress: 1, error, stack: null, spanSent: false, memory })
}

function run(key: number, needMib: number, startMib = 500): void {
  queue(key)
  start(key, startMib)
  end(key, startMib + needMib, startMib)
}

describe('an engine’s job', () => {
  it('teaches what its kind needs above what is held, how long it took and what it leaves', () => {
    run(1, 700)
    hear({ type: 'job-left', id: 'job-1', residentBytes: 800 * MIB })
    expect(book.kinds).toMatchObject([
      {
        machine: '256:0',
        family: NEED.family,
        sizes: NEED.sizes,
        label: 'Save, 1000x1000, 20 steps',
        runs: [
          {
            peakBytes: 700 * MIB,
            leftBytes: 300 * MIB,
            ms: 500,
            before: 'none',
            nodesRun: 3,
            isBound: false,
          },
        ],
      },
    ])
    expect(forecasts).toEqual([])
  })

  it('is foretold from then on, and the forecast is held against what came', () => {
    run(1, 700)
    run(2, 700)
    run(3, 1_400)
    expect(forecasts.map(({ forecast }) => forecast)).toMatchObject([
      { expectedBytes: 700 * MIB, fits: true, when: 'started' },
      { expectedBytes: 700 * MIB, fits: true, when: 'started' },
    ])
    expect(judged).toEqual([
      { error: 0, wasFalseAlarm: false },
      { error: 0.5, wasFalseAlarm: false },
    ])
  })

  it('is told once, in words, where it is not expected to fit', () => {
    run(1, 9_000)
    run(2, 9_000)
    hear({ type: 'job-left', id: 'job-2', residentBytes: 5_500 * MIB })
    free = 6_000
    queue(3)
    start(3, 5_500)
    expect(forecasts.filter(({ isNews }) => isNews)).toHaveLength(1)
    const told = forecasts.at(-1)
    expect(told).toMatchObject({ key: 3, forecast: { fits: false, when: 'started', leftBytes: 5_000 * MIB } })
    expect(describeForecast((told as { forecast: JobForecast }).forecast)).toBe(
      'the job job-3 is expected not to fit: it needs about 8.8 GiB, by one run of it; 5.9 GiB are free below STUDIO_MEMORY_LIMIT; earlier jobs have left 4.9 GiB behind; it runs all the same',
    )
    end(3, 14_500, 5_500)
    expect(judged.at(-1)?.wasFalseAlarm).toBe(true)
  })

  it('is told while it waits where it would not even fit if nothing else ran, and not again', () => {
    run(1, 9_000)
    free = 3_000
    queue(2, { sizes: 'c'.repeat(16) })
    start(2, 500)
    tell(2, 5_500, 5_000, 5_500)
    // The job that runs gives its own back.
    queue(3)
    expect(forecasts).toMatchObject([{ key: 3, forecast: { when: 'queued', freeBytes: 8_000 * MIB } }])
    end(2, 5_500, 500)
    start(3, 500)
    expect(forecasts.map(({ isNews }) => isNews)).toEqual([true, false])
  })

  it('is not told of while it waits where what the last job left is in its way, which may go', () => {
    run(1, 3_000)
    run(2, 3_000)
    queue(3, { sizes: 'c'.repeat(16) })
    start(3, 500)
    end(3, 5_500, 500, { growthBytes: 5_000 * MIB })
    free = 2_000
    // Nothing has been told of the engine's memory since.
    queue(4)
    expect(forecasts.filter(({ key }) => key === 4)).toEqual([])
    start(4, 5_500)
    expect(forecasts.at(-1)).toMatchObject({ key: 4, forecast: { when: 'started', leftBytes: 5_000 * MIB } })
  })

  it('is nothing to be told of where nobody knows what is free, or what it needs', () => {
    free = null
    run(1, 700)
    run(2, 700)
    free = 1
    queue(3, null)
    start(3)
    end(3, 700, 500)
    queue(4, { family: 'd'.repeat(16) })
    start(4, 500)
    expect(forecasts).toEqual([])
  })

  it.each([
    ['failed', () => end(1, 1_200, 500, {}, true)],
    ['was cancelled', () => hear({ type: 'job-cancelled', key: 1, cancelledAt: clock })],
    ['died with the engine', () => needs.backendEnded()],
  ])('that %s is a lower bound', (_, over) => {
    queue(1)
    start(1, 500)
    tell(1, 1_200, 700, 1_200)
    over()
    expect(book.kinds[0]?.runs).toMatchObject([{ peakBytes: 700 * MIB, isBound: true }])
    expect(judged).toEqual([])
  })

  it('needs what it rose by above the low before: the engine drops the last job’s results first', () => {
    queue(1)
    start(1, 900)
    end(1, 900, 900, { riseBytes: 400 * MIB })
    expect(book.kinds[0]?.runs).toMatchObject([{ peakBytes: 400 * MIB, isBound: false }])
    queue(2)
    start(2, 900)
    tell(2, 800, -100, 900, 350)
    needs.backendEnded()
    expect(book.kinds[0]?.runs.at(-1)).toMatchObject({ peakBytes: 350 * MIB, isBound: true })
  })

  it('that waits for the next engine is still known there, which has nothing loaded', () => {
    run(1, 700)
    queue(2)
    needs.backendEnded(new Set([2]))
    start(2, 400)
    end(2, 1_100, 400)
    expect(book.kinds[0]?.runs.map(({ before }) => before)).toEqual(['none', 'none'])
  })

  it('that took nothing as all was in the cache is not held against its forecast', () => {
    run(1, 700)
    queue(2)
    start(2, 500)
    end(2, 500, 500, { nodesRun: 0 })
    expect(judged).toEqual([])
    expect(book.estimate({ machine: '256:0', ...NEED, label: '' }, 'same')?.expectedBytes).toBe(700 * MIB)
  })

  it('begins anew in an engine that has restarted itself', () => {
    run(1, 700)
    const memory = { at: 0, pid: 7, residentBytes: null, gpu: null, job: null, node: null, places: [] }
    hear({ type: 'engine-memory', ...memory })
    run(2, 700)
    expect(book.kinds[0]?.runs.map(({ before }) => before)).toEqual(['none', 'none'])
  })

  it('has what its children took, as far as readings show it', () => {
    queue(1)
    start(1, 500)
    for (const otherBytes of [100, 900, 300])
      needs.read({ allBytes: (600 + otherBytes) * MIB, otherBytes: otherBytes * MIB })
    end(1, 700, 500)
    expect(book.kinds[0]?.runs[0]?.peakBytes).toBe(1_000 * MIB)
  })
})

describe('a job of a backend in JavaScript', () => {
  beforeEach(() => {
    hasEngine = false
  })

  const read = (mib: number) => needs.read({ allBytes: mib * MIB, otherBytes: 0 })
  const endOne = (key: number) => {
    clock += 2_000
    const over = { endedAt: clock, progress: 1, error: null, stack: null, spanSent: false }
    hear({ type: 'job-ended', key, ...over })
  }

  it('teaches what its kind and name need, from readings while it runs alone', () => {
    start(1, null, 'upscale')
    for (const mib of [200, 900, 400]) read(mib)
    endOne(1)
    expect(book.kinds).toMatchObject([{ label: 'prompt', runs: [{ peakBytes: 700 * MIB, nodesRun: null }] }])
    start(2, null, 'upscale')
    expect(forecasts).toMatchObject([{ key: 2, forecast: { expectedBytes: 700 * MIB } }])
    start(3, null, 'other')
    expect(forecasts).toHaveLength(1)
  })

  it('teaches nothing where it shared its time, or was too short to be looked at', () => {
    start(1)
    read(200)
    start(2)
    read(900)
    endOne(1)
    endOne(2)
    start(3)
    read(200)
    endOne(3)
    expect(book.kinds).toEqual([])
  })

  it('never has its name written down', () => {
    start(1, null, 'a secret name')
    for (const mib of [200, 900]) read(mib)
    endOne(1)
    expect(JSON.stringify(book.kinds)).not.toContain('secret')
  })
})
