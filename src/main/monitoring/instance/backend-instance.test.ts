import type { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { TreeReader } from '../../../common/process/process-tree'
import type { MonitorMessage } from '../../../common/protocol/messages'
import { row } from '../../memory/memory-watch.test-support'
import { BackendInstance } from './backend-instance'

const MIB = 2 ** 20
const MINUTE = 60_000
/** A pid that no process has. */
const NOBODY = 4_194_304_000

/** A fake Electron, and a backend with simulated memory: no real one grows for an hour while a test waits. */
const { electron, posted, tree } = vi.hoisted(() => {
  const { EventEmitter: Emitter } = require('node:events') as typeof import('node:events')
  const sent: unknown[] = []
  class Port extends Emitter {
    start() {}
    postMessage(message: unknown) {
      sent.push(message)
    }
  }
  const fork = () => Object.assign(new Emitter(), { pid: 4_194_304_000, postMessage() {}, kill: () => true })
  return {
    posted: sent,
    tree: { mib: (): number => 0 },
    electron: {
      app: new Emitter(),
      powerMonitor: new Emitter(),
      utilityProcess: { fork: vi.fn(fork) },
      MessageChannelMain: class {
        readonly port1 = new Port()
        readonly port2 = new Port()
      },
    },
  }
})
vi.mock('electron', () => electron)
vi.mock('../../backend/kill-tree', async (original) => ({
  ...(await original<typeof import('../../backend/kill-tree')>()),
  killTree: async (options: { tree: TreeReader }) => ({
    ended: [],
    survivors: (await options.tree.read())?.processes ?? null,
  }),
}))
vi.mock('../../memory/open-tree', async (original) => ({
  ...(await original<typeof import('../../memory/open-tree')>()),
  openTree: (): TreeReader => ({
    read: () => ({ processes: [row(tree.mib(), NOBODY)], rssBytes: tree.mib() * MIB }),
  }),
}))

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** A run with given memory, in MiB, after given minutes; returns what it reported. */
async function watched(limitMib: number | null, mibAfter: (minutes: number) => number, minutes: number) {
  const said: string[] = []
  const say = (message: string) => void said.push(message)
  const from = Date.now()
  tree.mib = () => mibAfter((Date.now() - from) / MINUTE)
  posted.length = 0
  const run = new BackendInstance({
    bootstrap: 'bootstrap.cjs',
    entry: 'backend.cjs',
    args: [],
    cwd: null,
    marker: 'mark',
    env: {},
    heapLimitBytes: null,
    profiling: null,
    memoryLimitBytes: limitMib === null ? null : limitMib * MIB,
    hasEngine: false,
    idleRunner: null,
    forked: null,
    onBrokenOff() {},
    onMessage() {},
    onOutput() {},
    onParentPortMessage() {},
    runningJobs: () => 0,
    crashes: { find: () => null },
    lastHeap: () => null,
    lastWords: () => [],
    onUnresponsive() {},
    onEngineUnresponsive() {},
    log: { debug: say, info: say, warn: say, error: say },
  })
  const child = electron.utilityProcess.fork.mock.results.at(-1)?.value as EventEmitter
  child.emit('spawn')
  await vi.advanceTimersByTimeAsync(minutes * MINUTE)
  return { said, growth: run.memory()?.growth ?? null, run, child }
}

describe('a backend whose memory grows', () => {
  it('is told of once: how fast, and when it is at its limit', async () => {
    const { said, growth } = await watched(2_000, (minutes) => 200 + 60 * minutes, 16)
    expect(said).toEqual([
      expect.stringMatching(
        /^the backend's memory grows steadily, by (59|60|61)(\.\d)? MiB a minute: at its limit in 1[5-9] min$/,
      ),
    ])
    expect((growth ?? 0) / MIB).toBeCloseTo(1, 1)
  })

  it('is told of without a limit as well', async () => {
    const { said } = await watched(null, (minutes) => 200 + 60 * minutes, 16)
    expect(said).toEqual([
      expect.stringMatching(/^the backend's memory grows steadily, by \d+(\.\d)? MiB a minute$/),
    ])
  })

  it.each([
    ['stays', () => 500],
    ['saws', (minutes: number) => 200 + 300 * (minutes % 1)],
    ['fills a cache and stops', (minutes: number) => 200 + Math.min(600, 120 * minutes)],
  ])('is not where it %s', async (_, mibAfter) => {
    expect(await watched(2_000, mibAfter, 30)).toMatchObject({ said: [], growth: 0 })
  })

  it('near its limit is told that memory is short, and so is the backend', async () => {
    const { said } = await watched(1_000, (minutes) => (minutes < 1 ? 500 : 880), 2)
    expect(said).toEqual(['memory is short: the backend uses 880 MiB of 1000 MiB'])
    const pressure: MonitorMessage = {
      type: 'memory-pressure',
      usedBytes: 880 * MIB,
      limitBytes: 1_000 * MIB,
    }
    expect(posted).toContainEqual(pressure)
  })
})

describe('what a dead backend leaves', () => {
  it('is told of, and for its incident, where even a kill does not end it', async () => {
    const { said, run, child } = await watched(null, () => 100, 1)
    child.emit('exit', 6)
    await run.exited
    const survivors = expect.stringMatching(/^its processes could not be ended: .+ \(process 4194304000\)$/)
    expect(run.facts().survivors).toEqual(survivors)
    expect(said).toEqual([expect.stringMatching(/^the backend's processes could not be ended: /)])
  })
})
