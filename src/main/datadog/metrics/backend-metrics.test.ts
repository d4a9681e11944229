import { expect, it } from 'vitest'
import type { SupervisorState } from '../../backend/supervisor-state'
import { BackendMetrics } from './backend-metrics'
import { recordMetrics } from './testing/recorded'

function follow() {
  const { metrics, taken } = recordMetrics()
  let now = 0
  const backend = new BackendMetrics(metrics, () => now)
  const enter = (...states: SupervisorState[]) => {
    for (const state of states) backend.enter(state)
    return taken()
  }
  const counts = () => taken().filter((line) => line.startsWith('count'))
  const wait = (ms: number) => {
    now += ms
  }
  return { backend, enter, counts, taken, wait }
}

const STATE = (up: 0 | 1, gaveUp: 0 | 1) => [
  `gauge studio.backend.up ${up}`,
  `gauge studio.backend.gave_up ${gaveUp}`,
]

it('says whether the backend is up in every state, and how long', () => {
  const { backend, enter, taken, wait } = follow()
  expect(enter('starting')).toEqual(STATE(0, 0))
  expect(enter('running')).toEqual([...STATE(1, 0), 'gauge studio.backend.uptime 0'])
  wait(61_000)
  backend.sendState()
  expect(taken()).toEqual([...STATE(1, 0), 'gauge studio.backend.uptime 61'])
  for (const state of ['backing-off', 'stopping', 'stopped', 'idle'] as const)
    expect(enter(state)).toEqual(STATE(0, 0))
  expect(enter('gave-up')).toEqual(STATE(0, 1))
})

it('counts a restart by the death that it follows', () => {
  const { backend, counts, enter } = follow()
  enter('starting', 'running')
  backend.died({ cause: 'heap-out-of-memory', oom: true })
  expect(counts()).toEqual(['count studio.backend.deaths 1 cause:heap-out-of-memory oom:true'])
  expect(enter('backing-off', 'starting')).toContain(
    'count studio.backend.restarts 1 cause:heap-out-of-memory',
  )
})

it('counts a restart that was asked for as such, also after giving up', () => {
  const { backend, enter } = follow()
  enter('starting', 'running')
  expect(enter('stopping', 'stopped', 'starting')).toContain(
    'count studio.backend.restarts 1 cause:requested',
  )
  backend.died({ cause: 'crash', oom: false })
  expect(enter('gave-up', 'starting')).toContain('count studio.backend.restarts 1 cause:requested')
})

it('counts an engine that was replaced between two jobs as such', () => {
  const { backend, enter } = follow()
  enter('starting', 'running')
  backend.died({ cause: 'crash', oom: false })
  enter('backing-off', 'starting', 'running')
  expect(enter('starting')).toContain('count studio.backend.restarts 1 cause:recycled')
})

it('does not count the first start', () => {
  expect(
    follow()
      .enter('starting')
      .filter((line) => line.startsWith('count')),
  ).toEqual([])
})

const MEMORY = { treeRssBytes: 1, heapUsedBytes: 2, heapLimitBytes: 3, growth: 0 }

it('sends what is known of the memory, and a limit where there is one', () => {
  const { backend, enter, taken } = follow()
  enter('starting')
  backend.sendMemory(MEMORY, 9)
  expect(taken()).toEqual([
    'gauge studio.backend.memory.limit 9',
    'gauge studio.backend.memory.rss 1',
    'gauge studio.backend.heap.used 2',
    'gauge studio.backend.heap.limit 3',
    'gauge studio.backend.memory.growth 0',
  ])
  backend.sendMemory({ ...MEMORY, heapUsedBytes: null, heapLimitBytes: null }, null)
  expect(taken()).toEqual(['gauge studio.backend.memory.rss 1', 'gauge studio.backend.memory.growth 0'])
})

it('a dead backend has no memory', () => {
  const { backend, enter, taken } = follow()
  enter('starting', 'running', 'backing-off')
  backend.sendMemory(MEMORY, 9)
  expect(taken()).toEqual(['gauge studio.backend.memory.limit 9'])
})
