import { expect, it } from 'vitest'
import type { CpuProfile } from './cpu-recorder'
import { NearLimitCpu } from './near-limit-cpu'

const CPU: CpuProfile = {
  profile: { nodes: [], startTime: 0, endTime: 1 },
  startMicros: 0,
  endMicros: 1,
}

/** A recorder that records its calls, with the second of each. */
function recorded({ fails = false } = {}) {
  const calls: string[] = []
  const clock = { seconds: 0 }
  const say = (call: string) => calls.push(`${call} at ${clock.seconds}`)
  let encoded = 0
  const recorder = {
    cut: async () => {
      say('cut')
      if (fails) throw new Error('gone')
      return CPU
    },
    end: async () => {
      say('end')
      return CPU
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
  /** Reads memory once a second, with this share in use. */
  const follow = async (share: number, seconds: number) => {
    for (const until = clock.seconds + seconds; clock.seconds < until; clock.seconds++)
      await near.follow(share)
  }
  return { near, calls, clock, follow, newest: () => near.profile?.toString() ?? null }
}

it('memory with much left has no recording', async () => {
  const { calls, follow } = recorded()
  await follow(0.49, 1_000)
  expect(calls).toEqual([])
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
  await expect(near.follow(0.6)).rejects.toThrow('gone')
  clock.seconds++
  await expect(near.follow(0.6)).rejects.toThrow('gone')
})
