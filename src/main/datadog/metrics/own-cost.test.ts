import { describe, expect, it } from 'vitest'
import { cpuShare, OwnCost } from './own-cost'
import { recordMetrics } from './testing/recorded'

describe('the share of one core', () => {
  it.each([
    ['half of the time', { cpuMs: 1_000, atMs: 5_000 }, { cpuMs: 6_000, atMs: 15_000 }, 50],
    ['two cores', { cpuMs: 0, atMs: 0 }, { cpuMs: 2_000, atMs: 1_000 }, 200],
    ['nothing before', null, { cpuMs: 2_000, atMs: 1_000 }, null],
    ['the same moment', { cpuMs: 1, atMs: 5 }, { cpuMs: 2, atMs: 5 }, null],
    ['a thread that began anew', { cpuMs: 900, atMs: 5_000 }, { cpuMs: 10, atMs: 9_000 }, null],
  ])('%s', (_, before, after, share) => expect(cpuShare(before, after)).toBe(share))
})

it('the profiler of the next backend does not go on from the last one’s figures', () => {
  const { metrics, taken } = recordMetrics()
  const cost = new OwnCost(metrics)
  cost.send('profiler', { cpuMs: 100, atMs: 10_000 }, 7)
  cost.send('profiler', { cpuMs: 200, atMs: 20_000 }, 8)
  expect(taken()).toEqual([
    'gauge studio.monitor.memory 7 part:profiler',
    'gauge studio.monitor.cpu 1 part:profiler',
    'gauge studio.monitor.memory 8 part:profiler',
  ])
  cost.profilerStarts()
  cost.send('profiler', { cpuMs: 300, atMs: 30_000 }, 9)
  expect(taken()).toEqual(['gauge studio.monitor.memory 9 part:profiler'])
})
