import type { HeapProfiler, Profiler } from 'node:inspector'
import { describe, expect, it } from 'vitest'
import type { CpuProfile } from './cpu-recorder'
import { HeapProfiling } from './heap-profiling'
import { NearDeathWatch } from './near-death-watch'
import { NearLimitCpu } from './near-limit-cpu'
import type { ProfileFiles } from './profile-files'
import { SetWriter } from './set-writer'
import { SourceMaps } from './source-maps'

const MB = 2 ** 20
const LIMIT = 100 * MB
const callFrame = { functionName: '(root)', scriptId: '0', url: '', lineNumber: -1, columnNumber: -1 }
const HEAP: HeapProfiler.SamplingHeapProfile = { head: { callFrame, selfSize: 0, children: [] } }
const LEAK = { id: 1, callFrame: { ...callFrame, functionName: 'leak' }, hitCount: 1 }
const CPU: Profiler.Profile = { nodes: [LEAK], startTime: 0, endTime: 1 }

/**
 * A main thread whose heap fills by some MB each time it is resumed. It serves all pending requests in one
 * go, and records each in `calls`.
 */
function leak({ usedMb, stepMb, liveShare = 1, pauseMs = 1, diesAtMb = 100, disk }: Course) {
  const calls: string[] = []
  const writtenMb: number[] = []
  let used = usedMb
  let alive = true
  const warnings: string[] = []
  let bury: () => void = () => {}
  const dead = new Promise((resolve) => {
    bury = () => resolve('dead')
  })
  /** Resolves with the response; never settles once it is dead. */
  const answer = <T>(call: string, value: () => T): Promise<T> => {
    calls.push(call)
    return new Promise((resolve) => {
      setImmediate(() => {
        const answered = value()
        if (alive) resolve(answered)
        else setTimeout(bury)
      })
    })
  }
  const heap = {
    usedBytes: () =>
      answer('look', () => {
        used += stepMb
        alive &&= used <= diesAtMb
        return used * MB
      }),
    profile: () =>
      answer('heap', () => {
        used *= liveShare
        return { profile: HEAP, pauseMs }
      }),
    endInlining: () => answer('end inlining', () => {}),
    allowInlining: () => answer('allow inlining', () => {}),
  }
  const cpu: CpuProfile = { profile: CPU, startMicros: 1e15, endMicros: 1e15 + 1 }
  const recorder = { cut: () => answer('cpu', () => cpu), end: async () => cpu }
  const clock = { skippedMs: 0 }
  const now = () => performance.now() + clock.skippedMs
  const files: Pick<ProfileFiles, 'write' | 'forgetNearDeath'> = {
    forgetNearDeath: () => void calls.push('forget'),
    write({ heap: facts }, { wall }) {
      if (disk) throw new Error(disk)
      writtenMb.push(Math.round((facts?.usedBytes ?? 0) / MB))
      calls.push(`write${wall ? ' with CPU' : ''}`)
      return {} as never
    },
  }
  const takes = new HeapProfiling({
    heap,
    heapLimitBytes: LIMIT,
    vitals: () => ({ usedBytes: used * MB, smallObjectBytes: used * MB }),
  })
  const maps = new SourceMaps()
  const watch = new NearDeathWatch({
    takes,
    heap,
    cpu: new NearLimitCpu(
      async () => recorder,
      () => Buffer.from('CPU'),
      now,
    ),
    hold: { begin: () => void calls.push('hold'), end: () => void calls.push('let go') },
    maps,
    writer: new SetWriter(
      files as ProfileFiles,
      (report) => {
        if (report.type === 'warning') warnings.push(report.message)
      },
      maps,
    ),
    heapLimitBytes: LIMIT,
    memoryLimitBytes: LIMIT,
    now,
  })
  const die = () => Promise.race([watch.look(), dead])
  const fill = (mb: number) => {
    used = mb
  }
  return { watch, die, calls, writtenMb, warnings, clock, fill }
}

interface Course {
  readonly usedMb: number
  /** Growth between two readings. */
  readonly stepMb: number
  readonly liveShare?: number
  readonly pauseMs?: number
  readonly diesAtMb?: number
  readonly disk?: string
}

describe('a heap that is full in a moment', () => {
  it('is profiled again and again until it is', async () => {
    const { die, writtenMb, warnings } = leak({ usedMb: 76, stepMb: 0.5 })
    expect(await die()).toBe('dead')
    expect(writtenMb.at(-1)).toBeGreaterThanOrEqual(96)
    expect(warnings).toEqual([])
  })

  it('whose profiles take long has one from 85 % on', async () => {
    const { die, writtenMb } = leak({ usedMb: 75, stepMb: 0.5, pauseMs: 400, diesAtMb: 88 })
    await die()
    expect(writtenMb.at(-1)).toBeGreaterThanOrEqual(85)
  })

  it('is kept behind each profile until that is written, and not inlined from the first on', async () => {
    const { die, calls } = leak({ usedMb: 75, stepMb: 1 })
    await die()
    const first = calls.indexOf('heap')
    expect(calls.slice(first, first + 8)).toEqual([
      'heap',
      'look',
      'end inlining',
      'cpu',
      'hold',
      'write',
      'write with CPU',
      'let go',
    ])
    expect(calls.slice(first + 8).slice(0, calls.slice(first + 8).indexOf('heap'))).toEqual([
      'look',
      'look',
      'look',
    ])
  })

  it('is let go where nothing can be written', async () => {
    const { watch, calls } = leak({ usedMb: 75, stepMb: 1, disk: 'ENOSPC' })
    await watch.look()
    expect(calls.slice(calls.indexOf('hold'))).toEqual(['hold', 'let go'])
  })

  it('is left alone when it does not fill any more', async () => {
    const { watch, calls } = leak({ usedMb: 75, stepMb: 0 })
    await watch.look()
    const profiles = calls.filter((call) => call === 'heap').length
    expect(profiles).toBe(1)
  })
})

it('garbage is a false alarm: one profile, and functions may be inlined again', async () => {
  const { watch, calls } = leak({ usedMb: 75, stepMb: 1, liveShare: 0.3 })
  await watch.look()
  expect(calls.filter((call) => call === 'heap')).toHaveLength(1)
  expect(calls.filter((call) => call.endsWith('inlining'))).toEqual(['end inlining', 'allow inlining'])
  expect(calls.indexOf('let go')).toBeLessThan(calls.indexOf('allow inlining'))
})

describe('what was written near a death', () => {
  const SECOND = 1_000

  it('is forgotten once the heap has had room for half a minute', async () => {
    const { watch, calls, clock, fill } = leak({ usedMb: 75, stepMb: 0 })
    await watch.look()
    for (const [mb, seconds] of [
      [10, 0],
      [10, 29],
      [60, 1],
      [10, 29],
    ] as const) {
      fill(mb)
      clock.skippedMs += seconds * SECOND
      await watch.look()
    }
    expect(calls).not.toContain('forget')
    clock.skippedMs += SECOND
    await watch.look()
    expect(calls).toContain('forget')
  })

  it('is kept while the tree is near its limit, whatever the heap', async () => {
    const { watch, calls, clock } = leak({ usedMb: 10, stepMb: 0 })
    await watch.lookAtTree(80 * MB)
    clock.skippedMs += 60 * SECOND
    await watch.look()
    expect(calls).not.toContain('forget')
    await watch.lookAtTree(20 * MB)
    clock.skippedMs += 31 * SECOND
    await watch.look()
    expect(calls).toContain('forget')
  })
})

it('a tree that fills has its CPU recorded, whatever the heap', async () => {
  const { watch, calls } = leak({ usedMb: 10, stepMb: 0 })
  await watch.lookAtTree(60 * MB)
  await watch.look()
  await watch.lookAtTree(80 * MB)
  expect(calls.filter((call) => call.startsWith('write'))).toEqual(['write', 'write with CPU'])
})
