import { expect, it } from 'vitest'
import type { CpuProfile, CpuRecorder } from './cpu-recorder'
import { RECORD_AFTER_MS, Silence, WRITE_AFTER_MS } from './unresponsive'
import { MIN_RECORDED_MS, StuckRecording } from './unresponsive-recording'

const CPU: CpuProfile = { profile: { nodes: [], startTime: 0, endTime: 0 }, startMicros: 0, endMicros: 1 }

/** A main thread that is stuck, and its recorder. Tells what was called, and when in milliseconds. */
function stuckThread({ answers = true, fails = 0 } = {}) {
  const calls: string[] = []
  const clock = { ms: 0 }
  const fake: Pick<CpuRecorder, 'end'> = {
    end: async () => {
      calls.push(`end at ${clock.ms}`)
      return CPU
    },
  }
  const answer: { now: () => void } = { now: () => {} }
  let attempts = 0
  const recording = new StuckRecording(
    () => {
      if (attempts++ < fails) return Promise.reject(new Error('gone'))
      if (answers) return Promise.resolve(fake as CpuRecorder)
      return new Promise((resolve) => {
        answer.now = () => resolve(fake as CpuRecorder)
      })
    },
    () => clock.ms,
  )
  return { recording, calls, clock, answer }
}

it('gives the profile of the silence, once', async () => {
  const { recording, calls, clock } = stuckThread()
  expect(await recording.follow('record')).toBeNull()
  clock.ms = 2_000
  expect(await recording.follow('write')).toBe(CPU)
  expect(await recording.follow('write')).toBeNull()
  expect(await recording.follow('over')).toBeNull()
  expect(calls).toEqual(['end at 2000'])
})

it('a recording that is too short yet goes on, and is given at a later look', async () => {
  const { recording, calls, clock } = stuckThread()
  await recording.follow('record')
  clock.ms = MIN_RECORDED_MS - 1
  expect(await recording.follow('write')).toBeNull()
  clock.ms += 1_000
  expect(await recording.follow('write')).toBe(CPU)
  expect(calls).toEqual(['end at 1999'])
})

it('gives the profile whenever the looks come, and however long the main thread takes to be recorded', async () => {
  // Three looks that come a little early, as timers do, put the recording off by one.
  for (const everyMs of [999, 1_000, 1_001, 1_900])
    for (const lateMs of [0, 20, 999, 2_000]) {
      const { recording, clock, answer } = stuckThread({ answers: false })
      const silence = new Silence()
      const given: number[] = []
      let answersAt = Number.POSITIVE_INFINITY
      silence.look(1, 10_000)
      for (clock.ms = 10_000 + everyMs; clock.ms < 40_000; clock.ms += everyMs) {
        if (clock.ms >= answersAt) answer.now()
        await new Promise(setImmediate)
        const step = silence.look(1, clock.ms)
        if (step === 'record') answersAt = clock.ms + lateMs
        const at = clock.ms - 10_000
        recording.follow(step).then((cpu) => cpu && given.push(at))
      }
      await new Promise(setImmediate)
      expect(given).toHaveLength(1)
      // Each wait ends at a look: for the recording, for its length, for the main thread.
      const latest = Math.max(WRITE_AFTER_MS, RECORD_AFTER_MS + MIN_RECORDED_MS) + lateMs + 3 * everyMs
      expect(given[0]).toBeLessThanOrEqual(latest)
    }
})

it('leaves nothing running after a silence in native code, where all is answered at its end', async () => {
  const { recording, calls, clock, answer } = stuckThread({ answers: false })
  const steps = [recording.follow('record'), recording.follow('write'), recording.follow('write')]
  await Promise.resolve()
  clock.ms = 25_000
  answer.now()
  await steps[0]
  // The function that runs now is not the one that it was stuck in: the look that sees that may come a little later.
  clock.ms += 300
  steps.push(recording.follow('write'), recording.follow('over'))
  expect(await Promise.all(steps)).toEqual([null, null, null, null, null])
  expect(calls).toEqual(['end at 25300'])
})

it('goes on after a step that failed', async () => {
  const { recording, clock } = stuckThread({ fails: 1 })
  await expect(recording.follow('record')).rejects.toThrow('gone')
  expect(await recording.follow('write')).toBeNull()
  expect(await recording.follow('over')).toBeNull()
  await recording.follow('record')
  clock.ms = 3_000
  expect(await recording.follow('write')).toBe(CPU)
})
