import { expect, it } from 'vitest'
import type { ProbeMessage } from '../probe-link/messages'
import { JobStall, STALLED_AFTER_MS } from './job-stall'

const MEMORY = { growth: null, peak: null, top: [], gpu: null }
const MINUTE = 60_000
const STARTED: ProbeMessage = { type: 'started', at: 0, job: 1, id: 'a', resident: null, gpu: null }
const NODE: ProbeMessage = { type: 'node', at: 0, job: 1, id: '3', class: 'KSampler', pack: null }
const BEAT: ProbeMessage = {
  type: 'beat',
  gpu: null,
  at: 0,
  worker: true,
  loopDelayMs: 0,
  place: { function: 'sample', file: '/e/custom_nodes/p/sample.py', line: 30 },
}
const PROGRESS: ProbeMessage = { type: 'progress', at: 0, job: 1, node: '3', value: 1, max: 2 }

/** The lines told within so many minutes, looked for every second. */
function told(
  stall: JobStall,
  from: number,
  minutes: number,
  each: (at: number) => void = () => {},
): string[] {
  const lines: string[] = []
  for (let at = from; at <= from + minutes * MINUTE; at += 1_000) {
    each(at)
    const line = stall.check(at)
    if (line !== null) lines.push(line)
  }
  return lines
}

it('a job without a sign of life is told of once, with the place that it is in', () => {
  const stall = new JobStall()
  stall.onMessage(STARTED, 0)
  stall.onMessage(NODE, MINUTE)
  expect(told(stall, MINUTE, 9.9)).toEqual([])
  stall.onMessage(BEAT, 10 * MINUTE)
  expect(told(stall, 10 * MINUTE, 600)).toEqual([
    'job a has shown no node, progress or output for 10 min of the 11 min that it has run, in KSampler (node 3), at sample (custom_nodes/p/sample.py:30): it may hang; interrupt it if it should have ended',
  ])
})

it.each<[string, (stall: JobStall, at: number) => void]>([
  ['a node', (stall, at) => stall.onMessage(NODE, at)],
  ['progress', (stall, at) => stall.onMessage(PROGRESS, at)],
  ['output', (stall, at) => stall.onOutput(at)],
])('%s is a sign of life', (_what, move) => {
  const stall = new JobStall()
  stall.onMessage(STARTED, 0)
  expect(told(stall, 0, 60, (at) => at % (9 * MINUTE) === 0 && move(stall, at))).toEqual([])
  expect(told(stall, 60 * MINUTE, 20)).toHaveLength(1)
})

it('an engine without a job, and the job of one that has restarted, is not told of', () => {
  const stall = new JobStall()
  expect(told(stall, 0, 60)).toEqual([])
  stall.onMessage(STARTED, 0)
  stall.onMessage(
    {
      type: 'ended',
      at: 0,
      job: 1,
      id: 'a',
      state: 'done',
      error: null,
      ...MEMORY,
    },
    0,
  )
  expect(told(stall, 0, 60)).toEqual([])
  stall.onMessage(STARTED, 0)
  stall.onMessage(
    {
      type: 'hello',
      at: 0,
      protocol: 1,
      token: '',
      pid: 1,
      again: true,
      python: null,
      executable: null,
      ddtrace: null,
    },
    0,
  )
  expect(told(stall, 0, 60)).toEqual([])
})

it('the time is what it is given', () => {
  const stall = new JobStall(1_000)
  stall.onMessage(STARTED, 0)
  expect(stall.check(1_000)).toContain('job a has shown no node')
  expect(STALLED_AFTER_MS).toBe(600_000)
})

it('the time that the computer slept is none of the job’s', () => {
  const stall = new JobStall()
  stall.onMessage(STARTED, 0)
  expect(told(stall, 0, 2)).toEqual([])
  stall.onMessage(PROGRESS, 2 * MINUTE)
  const awake = 8 * 60 * MINUTE
  expect(told(stall, awake, 9.9)).toEqual([])
  expect(told(stall, awake + 9.9 * MINUTE, 1)).toEqual([
    expect.stringContaining('no node, progress or output for 10 min of the 12 min that it has run'),
  ])
})
