import { describe, expect, it } from 'vitest'
import { describeEngineMemory, processesApart } from './process-roles'

const MIB = 2 ** 20
const row = (pid: number, ppid: number, mib: number, name = `p${pid}`) => ({
  pid,
  ppid,
  name,
  rssBytes: mib * MIB,
  startTime: pid,
})
const TREE = [row(10, 1, 80, 'electron'), row(13, 12, 5), row(12, 10, 900, 'python3'), row(14, 12, 40)]

describe('the processes of a backend', () => {
  it('are told apart: the runner, the engine, and what that started', () => {
    expect(processesApart(TREE, true).map(({ role, pid }) => `${role} ${pid}`)).toEqual([
      'backend 10',
      'engine 12',
      'other 14',
      'other 13',
    ])
  })

  it('have no engine among them when the backend runs none', () => {
    expect(processesApart(TREE, false).map(({ role }) => role)).toEqual([
      'backend',
      'other',
      'other',
      'other',
    ])
  })

  it('are no more than can be looked at, the largest', () => {
    const many = Array.from({ length: 50 }, (_, at) => row(100 + at, 10, at))
    const kept = processesApart([row(10, 1, 80), ...many], false)
    expect(kept).toHaveLength(20)
    expect(kept[1]?.rssBytes).toBe(49 * MIB)
  })

  it('are put in words', () => {
    expect(describeEngineMemory(processesApart(TREE, true))).toBe(
      'the engine (python3) took 900 MiB, its runner 80 MiB, 45 MiB what it started',
    )
    expect(describeEngineMemory(processesApart(TREE.slice(0, 1), true))).toBeNull()
  })
})
