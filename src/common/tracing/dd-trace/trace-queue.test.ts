import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SendGate } from '../../privacy/send-gate'
import { TraceQueue } from './trace-queue'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function open(gate = new SendGate()) {
  const queue = new TraceQueue({ bytes: 100, patienceMs: 30_000 }, gate)
  const answers = new Map<string, (failure: string | null) => void>()
  const [sent, done, states]: [string[], string[], (string | null)[]] = [[], [], []]
  queue.watch((failure) => states.push(failure))
  const push = (name: string, bytes = 40) =>
    queue.push({
      bytes,
      send: (answered) => {
        sent.push(name)
        answers.set(name, answered)
      },
      done: () => done.push(name),
    })
  const answer = (name: string, failure: string | null) => answers.get(name)?.(failure)
  return { queue, push, answer, sent, done, states }
}

test('one is under way at a time, in order, and whoever waits for it hears of it', () => {
  const { push, answer, sent, done } = open()
  for (const name of ['a', 'b']) push(name)
  expect([sent, done]).toEqual([['a'], []])
  answer('a', null)
  answer('b', null)
  push('c')
  expect([sent, done]).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b'],
  ])
})

test('without an answer all waits, and nobody for it; a no drops it', () => {
  const gate = new SendGate()
  gate.answer('pending')
  const { push, answer, sent, done, queue } = open(gate)
  for (const name of ['a', 'b', 'c', 'd']) push(name)
  const idle = vi.fn()
  queue.whenIdle(idle)
  expect([sent, done, idle.mock.calls.length]).toEqual([[], ['a', 'b', 'c', 'd'], 1])
  gate.answer('granted')
  expect(sent).toEqual(['c'])
  gate.answer('denied')
  answer('c', null)
  push('e')
  gate.answer('granted')
  push('f')
  expect(sent).toEqual(['c', 'f'])
})

test('what waits is bounded in bytes: the oldest goes first, the newest never', () => {
  const { push, answer, sent, done } = open()
  for (const name of ['a', 'b', 'c', 'd']) push(name)
  expect(done).toEqual(['b'])
  push('large', 1_000)
  expect(done).toEqual(['b', 'c', 'd'])
  answer('a', 'away')
  answer('large', null)
  expect(sent).toEqual(['a', 'large'])
})

test('what fails is lost, and the next is tried', () => {
  const { push, answer, sent, done } = open()
  for (const name of ['a', 'b']) push(name)
  answer('a', 'ECONNREFUSED')
  expect([sent, done]).toEqual([['a', 'b'], ['a']])
})

test('its state is told when it is first known, and when it changes, not at each attempt', () => {
  const { queue, push, answer, states } = open()
  for (const failure of [null, null, 'HTTP 500', 'ECONNREFUSED', null, null]) {
    push('x')
    answer('x', failure)
  }
  expect(states).toEqual([null, 'HTTP 500', null])
  const late: (string | null)[] = []
  queue.watch((failure) => late.push(failure))
  expect(late).toEqual([null])
})

test('one that is not answered at all counts as away in the end, and blocks no state', () => {
  const { push, answer, states } = open()
  push('a')
  vi.advanceTimersByTime(29_999)
  expect(states).toEqual([])
  vi.advanceTimersByTime(1)
  expect(states).toEqual(['no answer within 30 s'])
  answer('a', null)
  answer('a', 'twice')
  expect(states).toEqual(['no answer within 30 s', null])
  push('b')
  answer('b', null)
  vi.advanceTimersByTime(60_000)
  expect(states).toEqual(['no answer within 30 s', null])
})

test('one that cannot even be sent is lost, and the next is tried', () => {
  const { queue, push, sent, states } = open()
  queue.push({
    bytes: 1,
    send: () => {
      throw new Error('Invalid URL')
    },
    done: () => {},
  })
  push('b')
  expect([states, sent]).toEqual([['Invalid URL'], ['b']])
})

test('is idle when all is sent, and at once while the Agent is away', () => {
  const { queue, push, answer } = open()
  const idle = vi.fn()
  queue.whenIdle(idle)
  expect(idle).toHaveBeenCalledTimes(1)
  for (const name of ['a', 'b']) push(name)
  queue.whenIdle(idle)
  answer('a', null)
  expect(idle).toHaveBeenCalledTimes(1)
  answer('b', 'away')
  expect(idle).toHaveBeenCalledTimes(2)
  push('c')
  queue.whenIdle(idle)
  expect(idle).toHaveBeenCalledTimes(3)
})
