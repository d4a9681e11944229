import { spawn } from 'node:child_process'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { LinuxTree } from '../../common/process/linux-tree'
import { treeOf } from '../../common/process/process-tree'
import { MemoryWatch } from './memory-watch'
import { EPOCH, LIMIT, MIB, row, watch } from './memory-watch.test-support'
import { TREE_INTERVAL_MS } from './open-tree'

describe('MemoryWatch', () => {
  it('reads at the usual pace and keeps what it reads', async () => {
    let reads = 0
    const { watching, clock, told } = watch(() => treeOf([row(100 + reads++)]))
    await clock.advance(10 * TREE_INTERVAL_MS)
    expect(reads).toBe(11)
    expect(watching.latest()).toEqual({
      at: clock.wall(),
      readAt: clock.wall(),
      treeRssBytes: 110 * MIB,
      heapUsedBytes: null,
      heapLimitBytes: null,
      externalBytes: null,
      processes: [row(110)],
    })
    expect(watching.timeline.samples(clock.wall())).toHaveLength(11)
    expect(told).toEqual([])
  })

  it('takes its first reading when it is to', async () => {
    let reads = 0
    const { watching, clock } = watch(() => treeOf([row(reads++)]), { firstAfterMs: 700 })
    await clock.advance(699)
    expect([reads, watching.latest()]).toEqual([0, null])
    await clock.advance(1)
    expect(reads).toBe(1)
  })

  it('keeps what the backend tells of itself beside it', async () => {
    const { watching, clock } = watch(() => treeOf([row(100)]))
    expect(watching.latest()).toBeNull()
    await clock.advance(500)
    watching.heapSample({ at: clock.wall(), heapUsedBytes: 5, heapLimitBytes: 9, externalBytes: 3 })
    expect(watching.latest()).toMatchObject({
      at: EPOCH + 500,
      treeRssBytes: 100 * MIB,
      heapUsedBytes: 5,
      heapLimitBytes: 9,
      externalBytes: 3,
    })
    expect(watching.timeline.samples(clock.wall())).toMatchObject([
      { treeRssBytes: 100 * MIB, heapUsedBytes: null },
      { treeRssBytes: null, heapUsedBytes: 5 },
    ])
  })

  it('tells of a leap over the limit 100 ms after it was read', async () => {
    let mib = 600
    const { clock, told } = watch(() => treeOf([row(mib)]))
    await clock.advance(TREE_INTERVAL_MS - 1)
    mib = 1_200
    await clock.advance(5_000)
    expect(told).toEqual([`${TREE_INTERVAL_MS + 100} exceeded`, `${TREE_INTERVAL_MS + 100} pressure`])
  })

  it('does not mind a fork that doubles the sum for a moment', async () => {
    let reads = 0
    const { clock, told } = watch(() => treeOf(++reads % 3 === 0 ? [row(600), row(600, 11)] : [row(600)]))
    await clock.advance(20_000)
    expect(reads).toBeGreaterThan(6)
    expect(told).toEqual([])
  })

  it('counts what processes share once, and looks only now and then while that is far from the limit', async () => {
    let counts = 0
    const { clock, told } = watch(() => treeOf([row(600), row(600, 11)]), {
      countShared: async () => {
        counts += 1
        return 650 * MIB
      },
    })
    await clock.advance(20_000)
    expect(told).toEqual([])
    expect(counts).toBe(5)
  })

  it('looks again when memory grows by what it was away from the limit', async () => {
    let mib = 600
    let shared = 650
    const { clock, told } = watch(() => treeOf([row(mib), row(600, 11)]), {
      countShared: async () => shared * MIB,
    })
    await clock.advance(100)
    mib = 1_200
    shared = 1_250
    await clock.advance(TREE_INTERVAL_MS + 200)
    expect(told).toEqual([`${TREE_INTERVAL_MS + 100} exceeded`, `${TREE_INTERVAL_MS + 100} pressure`])
  })

  it('enforces nothing without a limit', async () => {
    const { clock, told } = watch(() => treeOf([row(1e6)]), { limitBytes: null })
    await clock.advance(10_000)
    expect(told).toEqual([])
  })

  it('tells of growth', async () => {
    const onGrowth = vi.fn()
    const { clock } = watch(() => treeOf([row(100 + clock.now / 10_000)]), { onGrowth, limitBytes: LIMIT })
    await clock.advance(20 * 60_000)
    expect(onGrowth).toHaveBeenCalledTimes(1)
    expect(onGrowth.mock.calls[0]?.[0].bytesPerSecond / MIB).toBeCloseTo(0.1, 2)
  })

  it.runIf(process.platform === 'linux')(
    'catches a real process that eats',
    async () => {
      const script = 'const all = []; setInterval(() => all.push(Buffer.alloc(20 * 2 ** 20, 1)), 50)'
      const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' })
      onTestFinished(() => void child.kill('SIGKILL'))
      const onPressure = vi.fn()
      const exceeded = new Promise<number>((resolve) => {
        const watching = new MemoryWatch({
          tree: new LinuxTree(child.pid ?? 0),
          limitBytes: 500 * MIB,
          onPressure,
          onExceeded: ({ countedBytes }) => resolve(countedBytes),
          onGrowth: () => {},
          log: { warn: () => {} },
        })
        onTestFinished(() => watching.stop())
      })
      expect((await exceeded) / MIB).toBeGreaterThan(500)
      await vi.waitFor(() => expect(onPressure).toHaveBeenCalledTimes(1), 30_000)
    },
    20_000,
  )
})
