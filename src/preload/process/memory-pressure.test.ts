import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { expect, it, onTestFinished } from 'vitest'
import type { MonitorMessage } from '../../common/protocol/messages'
import { publishMemoryPressure } from './memory-pressure'

const PRESSURE = { type: 'memory-pressure', usedBytes: 90, limitBytes: 100 } as const

it('is told to the backend, once its heap is asked for', () => {
  const seen: unknown[] = []
  const onPressure = (message: unknown) => void seen.push(message)
  subscribe('studio.memory-pressure', onPressure)
  onTestFinished(() => void unsubscribe('studio.memory-pressure', onPressure))
  let tell: (message: MonitorMessage) => void = () => {}
  const port = {
    onMessage: (listener: typeof tell) => {
      tell = listener
    },
  }
  publishMemoryPressure(port, { lookAtTree: (bytes) => void seen.push(bytes) })
  tell(PRESSURE)
  expect(seen).toEqual([90, { usedBytes: 90, limitBytes: 100 }])
  publishMemoryPressure(port, null)
  tell(PRESSURE)
  expect(seen.at(-1)).toEqual({ usedBytes: 90, limitBytes: 100 })
})
