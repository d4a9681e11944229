import { expect, it, onTestFinished, vi } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { Delivery } from './delivery'

it('what was dropped while it waited is forgotten: its failures count no more', async () => {
  let waiting: string[] = []
  const settled: string[] = []
  const { log } = captureLog()
  const delivery = new Delivery<string>({
    outbox: {
      tidy: () => {},
      waiting: () => waiting,
      send: async ([item]) => ({
        count: 1,
        result: item === 'ill' ? { outcome: 'retry', reason: 'HTTP 500' } : { outcome: 'accepted' },
      }),
      acknowledge: (items, how) => {
        settled.push(...items.map((item) => `${item} ${how}`))
        waiting = waiting.filter((item) => !items.includes(item))
        return true
      },
      keyOf: (item) => item,
    },
    what: 'items',
    whenRejected: 'dropped',
    log,
    random: () => 0.5,
  })
  onTestFinished(() => delivery.stop(0))
  const pass = async (...items: string[]) => {
    const before = settled.length
    waiting = items
    delivery.agentIsBack()
    delivery.wake()
    await vi.waitFor(() => expect(settled.slice(before)).toContain('well accepted'))
    // The pass itself ends shortly after its last item.
    await new Promise(setImmediate)
  }
  for (let n = 0; n < 4; n++) await pass('ill', 'well')
  await pass('well')
  await pass('ill', 'well')
  expect(settled).not.toContain('ill refused')
  for (let n = 0; n < 4; n++) await pass('ill', 'well')
  expect(settled).toContain('ill refused')
})
