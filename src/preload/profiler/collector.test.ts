import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../testing/program/program'
import { backend, LIMIT, MB, profileOf } from './collector.test-support'

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: 1e12 }))
afterEach(() => vi.useRealTimers())

describe('each period', () => {
  it('CPU and heap are written, and told of', async () => {
    const { collector, sets, reports } = backend()
    await collector.period()
    expect(sets).toMatchObject([{ kind: 'periodic', has: 'wall+space', heap: null, samples: [] }])
    expect(reports).toEqual([{ type: 'written' }])
  })

  it('begins where the one before ended', async () => {
    const { collector, sets } = backend()
    await collector.period()
    await collector.period()
    expect(sets[1]?.start).toBe(sets[0]?.end)
    expect(Date.parse(sets[0]?.end ?? '')).toBeGreaterThanOrEqual(Date.parse(sets[0]?.start ?? ''))
  })

  it('the heap is left out where its profile would stop the backend too long, and that is said once', async () => {
    const { collector, state, sets, warnings } = backend({ smallMb: 200 })
    state.usedMb = 250
    await collector.period()
    await collector.period()
    expect(sets.map(({ has }) => has)).toEqual(['wall', 'wall'])
    expect(warnings()).toEqual([
      expect.stringMatching(/^heap profiles are left out for now: .* about 300 ms/),
    ])
    state.smallMb = 20
    await collector.period()
    expect(sets.at(-1)?.has).toBe('wall+space')
  })

  it('a heap that was never measured is tried after a while, and left out again if that was too long', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1e12 })
    const { collector, state, sets } = backend({ smallMb: 60 })
    Object.assign(state, { usedMb: 60, pauseMs: 80 })
    const taken = async (minutes: number) => {
      vi.advanceTimersByTime(minutes * 60_000)
      await collector.period()
      return sets.at(-1)?.has === 'wall+space'
    }
    expect(await taken(1)).toBe(false)
    expect(await taken(5)).toBe(true)
    expect(await taken(5)).toBe(false)
  })

  it('a heap is measured before it is too large to be, while it is looked at', async () => {
    const { collector, state, calls, sets } = backend({ smallMb: 20 })
    state.usedMb = 20
    await collector.look()
    await collector.look()
    expect(calls).toEqual(['heap'])
    expect(sets).toEqual([])
    // Small objects that take next to no time: with nothing measured, 50 MB would be too many.
    Object.assign(state, { smallMb: 50, usedMb: 50 })
    await collector.period()
    expect(sets.at(-1)?.has).toBe('wall+space')
  })

  it('what the heap has grown by since the main thread told of it counts as small objects', async () => {
    const { collector, state, sets } = backend({ smallMb: 10 })
    Object.assign(state, { vitalMb: 12, usedMb: 1_000 })
    await collector.period()
    expect(sets[0]?.has).toBe('wall')
  })

  it('a measurement against figures that are out of date is not believed', async () => {
    const { collector, state, sets } = backend({ smallMb: 20 })
    Object.assign(state, { vitalMb: 20, usedMb: 30, pauseMs: 5_000 })
    await collector.period()
    state.vitalMb = null
    await collector.period()
    expect(sets.map(({ has }) => has)).toEqual(['wall+space', 'wall+space'])
  })

  it('a script whose source map is missing is told of, once it is in a profile', async () => {
    const { collector, state, sets } = backend()
    await collector.period()
    const url = join(temporaryFolder(), 'a.js')
    writeFileSync(url, 'code()\n//# sourceMappingURL=a.js.map\n')
    state.cpu = profileOf({ functionName: 'code', url, lineNumber: 0, columnNumber: 0 })
    await collector.period()
    expect(sets.map(({ missesSourceMaps }) => missesSourceMaps)).toEqual([false, true])
  })

  it('a main thread stuck in native code is asked once, not once a period', async () => {
    const { collector, state, calls } = backend()
    state.hang = true
    for (let i = 0; i < 5; i++) void collector.period()
    await Promise.resolve()
    expect(calls).toEqual(['cut wall'])
  })
})

describe('near a death', () => {
  it('the heap is on disk before the CPU is asked for', async () => {
    const { fill, calls } = backend()
    await fill(0.4, 0.6, 0.75)
    expect(calls).toEqual([
      'record near',
      'heap',
      'write near-death space',
      'cut near',
      'write near-death wall+space',
    ])
  })

  it('the set says how full the heap was, and how it came to that', async () => {
    const { fill, sets, warnings } = backend()
    await fill(0.4, 0.91)
    const heap = { usedBytes: 0.91 * LIMIT, limitBytes: LIMIT }
    expect(sets[0]).toMatchObject({ kind: 'near-death', heap })
    expect(sets[0]?.samples.at(-1)).toMatchObject(heap)
    expect(warnings()).toEqual([])
  })

  it('inlining ends once the heap is close to its end, and is allowed again when it is not', async () => {
    const { fill, calls } = backend()
    await fill(0.75, 0.9, 0.95, 0.3)
    const inlining = calls.filter((call) => call.endsWith('inlining'))
    expect(inlining).toEqual(['end inlining', 'allow inlining'])
  })

  it('the recording ends when the heap has been emptied', async () => {
    const { fill, calls } = backend()
    await fill(0.6, 0.45, 0.3, 0.3)
    expect(calls).toEqual(['record near', 'end near'])
  })

  it('the limit of the tree counts as well, with the heap far from its own', async () => {
    const { collector, sets } = backend({ memoryLimitBytes: 4_000 * MB })
    await collector.lookAtTree(2_000 * MB)
    expect(sets).toEqual([])
    await collector.lookAtTree(3_300 * MB)
    expect(sets).toMatchObject([{ kind: 'near-death', heap: { usedBytes: 10 * MB } }])
    await collector.lookAtTree(3_310 * MB)
    expect(sets).toHaveLength(1)
  })

  it('a limit that is off is never near', async () => {
    const { collector, calls } = backend({ memoryLimitBytes: null })
    await collector.lookAtTree(1e15)
    expect(calls).toEqual([])
  })
})

describe('a silence', () => {
  it('is recorded, written and over', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1e12 })
    const { collector, calls, sets } = backend()
    for (const step of ['record', 'none', 'write', 'write', 'over'] as const) {
      await collector.onSilence(step)
      vi.advanceTimersByTime(1_000)
    }
    expect(calls).toEqual(['record stuck', 'end stuck', 'write unresponsive wall'])
    const [start, end] = [new Date(1e12).toISOString(), new Date(1e12 + 5_000).toISOString()]
    expect(sets).toMatchObject([{ start, end }])
  })
})

describe('the end', () => {
  it('takes the last profiles', async () => {
    const { collector, calls } = backend()
    await collector.finish()
    expect(calls).toEqual(['end wall', 'heap', 'write on_shutdown wall+space'])
  })

  it('is not followed by another period', async () => {
    const { collector, kinds } = backend()
    await collector.finish()
    await collector.period()
    expect(kinds()).toEqual(['on_shutdown'])
  })

  it('comes all the same where the disk is full', async () => {
    const { collector, state, warnings } = backend()
    state.disk = 'ENOSPC'
    await collector.finish()
    expect(warnings()).toHaveLength(1)
  })
})

describe('trouble', () => {
  it('with the disk is told of once, however often it is tried, and again after it was better', async () => {
    const { collector, state, fill, warnings } = backend()
    const round = async () => {
      await collector.period()
      await fill(0.01, 0.6, 0.8, 0.9, 0.99)
    }
    state.disk = 'ENOSPC: no space left on device'
    await round()
    await round()
    expect(warnings()).toEqual([
      'a profile could not be taken: ENOSPC: no space left on device; it is tried again',
    ])
    state.disk = ''
    await round()
    state.disk = 'EROFS'
    await round()
    expect(warnings()).toHaveLength(2)
  })

  it('with the inspector is told of once, and looking goes on', async () => {
    const { collector, state, fill, warnings, kinds } = backend()
    await fill(0.123)
    state.inspector = 'Session is not connected'
    expect(await collector.look()).toBe(state.usedMb * MB)
    await collector.period()
    await collector.onSilence('record')
    expect(warnings()).toEqual(['a profile could not be taken: Session is not connected; it is tried again'])
    state.inspector = ''
    await collector.period()
    expect(kinds()).toEqual(['periodic'])
  })
})
