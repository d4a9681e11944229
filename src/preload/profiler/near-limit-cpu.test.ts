import { expect, it } from 'vitest'
import type { CpuProfile } from './cpu-recorder'
import { NearLimitCpu } from './near-limit-cpu'

/** Each of these functions was seen once. */
function cpuOf(...names: readonly string[]): CpuProfile {
  const frame = { scriptId: '0', url: '', lineNumber: 0, columnNumber: 0 }
  const nodes = names.map((functionName, id) => ({ id, callFrame: { ...frame, functionName }, hitCount: 1 }))
  return { profile: { nodes, startTime: 0, endTime: 1 }, startMicros: 0, endMicros: 1 }
}

/** A heap that does not matter here. */
const FAR = 4_000

/** A recorder that tells what it was asked for, with the second in which it was. */
function recorded({ fails = false } = {}) {
  const calls: string[] = []
  const clock = { seconds: 0 }
  const say = (call: string) => calls.push(`${call} at ${clock.seconds}`)
  let encoded = 0
  const state = { cpu: cpuOf('(root)', 'leak') }
  const recorder = {
    cut: async () => {
      say('cut')
      if (fails) throw new Error('gone')
      return state.cpu
    },
    end: async () => {
      say('end')
      return state.cpu
    },
  }
  const near = new NearLimitCpu(
    async () => {
      say('record')
      return recorder
    },
    () => Buffer.from(String(++encoded)),
    () => clock.seconds * 1_000,
  )
  /** Looks once a second at memory of which so much is in use. */
  const follow = async (share: number, seconds: number, fullInMs = FAR) => {
    for (const until = clock.seconds + seconds; clock.seconds < until; clock.seconds++)
      await near.follow({ share, fullInMs })
  }
  return { near, calls, clock, state, follow, newest: () => near.profile?.toString() ?? null }
}

it('memory with much left has no recording', async () => {
  const { calls, follow } = recorded()
  await follow(0.49, 1_000)
  expect(calls).toEqual([])
})

it('a heap that may be full in a moment is recorded before it fills, however empty it is', async () => {
  const { calls, follow, newest } = recorded()
  await follow(0.1, 19, 200)
  expect(calls).toEqual(['record at 0'])
  await follow(0.1, 10, 1_100)
  expect([calls.at(-1), newest()]).toEqual(['cut at 20', '1'])
  await follow(0.1, 1, 1_300)
  expect([calls.at(-1), newest()]).toEqual(['end at 29', null])
})

it('a profile without a function is none, and does not replace one', async () => {
  const { near, clock, state, follow, newest } = recorded()
  state.cpu = cpuOf('(root)', '(program)', '(idle)', '(garbage collector)')
  await follow(0.9, 1)
  expect([await near.cut(), newest()]).toEqual([false, null])
  state.cpu = cpuOf('leak')
  expect([await near.cut(), newest()]).toEqual([true, '1'])
  clock.seconds += 1
  state.cpu = cpuOf()
  expect([await near.cut(), newest()]).toEqual([false, '1'])
})

it('memory that stays half full has its recording cut each 20 seconds, and the newest kept', async () => {
  const { calls, follow, newest } = recorded()
  await follow(0.6, 90)
  expect(calls).toEqual(['record at 0', 'cut at 20', 'cut at 40', 'cut at 60', 'cut at 80'])
  expect(newest()).toBe('4')
})

it('a cut for a mark counts as one', async () => {
  const { near, calls, follow } = recorded()
  await follow(0.6, 15)
  expect(await near.cut()).toBe(true)
  await follow(0.6, 21)
  expect(calls).toEqual(['record at 0', 'cut at 15', 'cut at 35'])
})

it('a profile that has just begun is cut for the first mark only', async () => {
  const { near, clock, follow } = recorded()
  expect(await near.cut()).toBe(false)
  await follow(0.9, 1)
  expect(await near.cut()).toBe(true)
  clock.seconds += 0.2
  expect(await near.cut()).toBe(false)
  clock.seconds += 0.2
  expect(await near.cut()).toBe(true)
})

it('memory that was freed has no recording any more, and no profile of before', async () => {
  const { near, calls, follow, newest } = recorded()
  await follow(0.7, 1)
  await near.cut()
  await follow(0.45, 1)
  expect(newest()).toBe('1')
  await follow(0.39, 10)
  expect([newest(), await near.cut()]).toEqual([null, false])
  await follow(0.5, 1)
  expect(calls).toEqual(['record at 0', 'cut at 1', 'end at 2', 'record at 12'])
})

it('a cut that fails is tried again at the next look', async () => {
  const { near, clock, follow } = recorded({ fails: true })
  await follow(0.6, 20)
  await expect(near.follow({ share: 0.6, fullInMs: FAR })).rejects.toThrow('gone')
  clock.seconds++
  await expect(near.follow({ share: 0.6, fullInMs: FAR })).rejects.toThrow('gone')
})
