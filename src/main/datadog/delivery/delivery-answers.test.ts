import { expect, onTestFinished, test, vi } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import type { DeliveryResult } from '../agent/response'
import { Delivery } from './delivery'

function open(answer: () => DeliveryResult, to?: string) {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  let waiting = ['one', 'two']
  const asked: string[] = []
  const { log, lines } = captureLog()
  const delivery = new Delivery<string>({
    outbox: {
      tidy: () => {},
      waiting: () => waiting,
      send: async ([item = '']) => {
        asked.push(item)
        return { count: 1, result: answer() }
      },
      acknowledge: (items) => {
        waiting = waiting.filter((item) => !items.includes(item))
        return true
      },
      keyOf: (item) => item,
    },
    what: 'items',
    whenRejected: 'dropped',
    log,
    random: () => 0.5,
    backoff: { firstMs: 100, lastMs: 100 },
    ...(to && { to }),
  })
  const pass = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms)
  }
  return { delivery, asked, lines, pass }
}

test('whoever is not let in asks once, and not at the end either', async () => {
  const { delivery, asked, pass } = open(() => ({ outcome: 'forbidden', reason: 'HTTP 403' }))
  delivery.wake()
  await pass(60_000)
  delivery.wake()
  delivery.agentIsBack()
  await pass(60_000)
  await delivery.stop(1_000)
  expect(asked).toEqual(['one'])
})

test('a Retry-After is obeyed, and not tried on another item meanwhile', async () => {
  let answer: DeliveryResult = { outcome: 'retry', reason: 'HTTP 429', afterMs: 30_000 }
  const { delivery, asked, lines, pass } = open(() => answer, 'Datadog (datadoghq.eu)')
  delivery.wake()
  await pass(29_000)
  expect(asked).toEqual(['one'])
  answer = { outcome: 'accepted' }
  await pass(2_000)
  expect(asked).toEqual(['one', 'one', 'two'])
  expect(lines.map(({ message }) => message)).toEqual([
    'items do not reach Datadog (datadoghq.eu): they are kept and sent later',
    'items reach Datadog (datadoghq.eu) again',
  ])
  await delivery.stop(0)
})
