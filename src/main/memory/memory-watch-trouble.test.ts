import { describe, expect, it, vi } from 'vitest'
import { type ProcessTree, treeOf } from '../../common/process/process-tree'
import type { MemoryWatchOptions } from './memory-watch'
import { MIB, row, watch } from './memory-watch.test-support'
import { TREE_INTERVAL_MS } from './open-tree'

describe('MemoryWatch', () => {
  it('is quiet when the process has gone, and there when it comes', async () => {
    let tree: ProcessTree = treeOf([])
    const { watching, clock, told } = watch(() => tree)
    await clock.advance(3_000)
    expect(watching.latest()).toBeNull()
    tree = treeOf([row(1)])
    await clock.advance(TREE_INTERVAL_MS)
    tree = treeOf([])
    await clock.advance(10_000)
    expect(watching.latest()).toMatchObject({ treeRssBytes: MIB })
    expect(told).toEqual([])
  })

  it('never reads twice at once, however long it takes', async () => {
    let underway = 0
    let most = 0
    let reads = 0
    const { clock } = watch(async () => {
      reads += 1
      most = Math.max(most, ++underway)
      await new Promise<void>((done) => clock.after(7_000, done))
      underway -= 1
      return treeOf([row(1)])
    })
    await clock.advance(40_000)
    expect(most).toBe(1)
    expect(reads).toBeGreaterThan(2)
  })

  it.each<[string, MemoryWatchOptions['tree']['read']]>([
    ['cannot be read', () => null],
    ['fail to be read', () => Promise.reject(new Error('ps: not found'))],
    [
      'fail at once',
      () => {
        throw new Error('odd')
      },
    ],
  ])('says once when processes %s, and goes on', async (_what, read) => {
    let reads = 0
    const { clock, told } = watch(() => {
      reads += 1
      return read()
    })
    await clock.advance(5 * TREE_INTERVAL_MS)
    expect(reads).toBe(6)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/cannot be (read|watched)/)
  })

  it('goes on when a listener throws', async () => {
    const onPressure = vi.fn()
    const { clock, told } = watch(() => treeOf([row(1_100)]), {
      onExceeded: () => {
        throw new Error('listener')
      },
      onPressure,
    })
    await clock.advance(5_000)
    expect(onPressure).toHaveBeenCalledTimes(1)
    expect(told).toEqual([expect.stringContaining('listener')])
  })

  it('says nothing after it was stopped, also when a reading is under way', async () => {
    let finish: (tree: ProcessTree) => void = () => {}
    const { watching, clock, told } = watch(
      () =>
        new Promise((resolve) => {
          finish = resolve
        }),
    )
    await clock.advance(100)
    watching.stop()
    finish(treeOf([row(9_999)]))
    await clock.advance(10_000)
    expect(clock.waiting).toBe(0)
    expect(watching.latest()).toBeNull()
    expect(told).toEqual([])
  })

  it('reads no more after it was stopped', async () => {
    let reads = 0
    const { watching, clock } = watch(() => {
      reads += 1
      return treeOf([row(1)])
    })
    await clock.advance(100)
    watching.stop()
    expect(clock.waiting).toBe(0)
    await clock.advance(10_000)
    expect(reads).toBe(1)
  })
})
