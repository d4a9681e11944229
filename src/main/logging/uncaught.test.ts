import { expect, it } from 'vitest'
import { captureLog } from '../../../testing/log/capture-log'
import { logUncaught } from './uncaught'

it('logs what nobody caught, until it is ended', () => {
  const { log, lines } = captureLog()
  const others = process.listeners('uncaughtExceptionMonitor')
  const stop = logUncaught(log)
  const [ours] = process
    .listeners('uncaughtExceptionMonitor')
    .filter((listener) => !others.includes(listener))
  ours?.(new Error('no such thing'), 'uncaughtException')
  expect(lines).toMatchObject([
    {
      level: 'error',
      message: 'uncaught exception in the main process (continuing): no such thing',
      fields: { stack: expect.stringContaining('uncaught.test') },
    },
  ])
  stop()
  expect(process.listeners('uncaughtExceptionMonitor')).toEqual(others)
})
