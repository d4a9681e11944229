import { expect, it } from 'vitest'
import type { CpuProfile, CpuRecorder } from './cpu-recorder'
import { StuckRecording } from './unresponsive-recording'

const EMPTY = { nodes: [], startTime: 0, endTime: 0 }
const cpu = (micros: number): CpuProfile => ({ profile: EMPTY, startMicros: 0, endMicros: micros })

/** A recorder whose end gives a profile of that length; records its calls. */
function recorder(micros: number, calls: string[]) {
  const fake: Pick<CpuRecorder, 'end'> = {
    end: async () => {
      calls.push('end')
      return cpu(micros)
    },
  }
  return fake as CpuRecorder
}

it('gives the profile of the silence, once', async () => {
  const calls: string[] = []
  const stuck = new StuckRecording(async () => recorder(5_000_000, calls))
  expect(await stuck.follow('record')).toBeNull()
  expect(await stuck.follow('write')).toEqual(cpu(5_000_000))
  expect(await stuck.follow('over')).toBeNull()
  expect(calls).toEqual(['end'])
})

it('leaves nothing running after a silence in native code, where all is answered at its end', async () => {
  const calls: string[] = []
  const answer: { now: (recorder: CpuRecorder) => void } = { now: () => {} }
  const stuck = new StuckRecording(() => new Promise((resolve) => Object.assign(answer, { now: resolve })))
  const steps = [stuck.follow('record'), stuck.follow('write'), stuck.follow('over')]
  await Promise.resolve()
  answer.now(recorder(2_000, calls))
  expect(await Promise.all(steps)).toEqual([null, null, null])
  expect(calls).toEqual(['end'])
})

it('goes on after a step that failed', async () => {
  let attempts = 0
  const calls: string[] = []
  const stuck = new StuckRecording(async () => {
    if (attempts++ === 0) throw new Error('gone')
    return recorder(3_000_000, calls)
  })
  await expect(stuck.follow('record')).rejects.toThrow('gone')
  expect(await stuck.follow('write')).toBeNull()
  expect(await stuck.follow('over')).toBeNull()
  await stuck.follow('record')
  expect(await stuck.follow('write')).toEqual(cpu(3_000_000))
})
