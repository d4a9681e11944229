import { afterEach, expect, it } from 'vitest'
import { withEnvironment } from './environment'

const PLACE = Symbol.for('studio-datadog-monitor.environment')
afterEach(() => {
  Reflect.deleteProperty(globalThis, PLACE)
})

it('is lent to what is run, and the process has its own again, whatever happens', () => {
  const before = { ...process.env }
  const { PATH } = process.env
  const own = { PATH, DD_ENV: 'lent', OTEL_TRACES_EXPORTER: 'none' }
  const run = () => {
    expect(process.env).toEqual({ PATH, DD_ENV: 'lent' })
    throw new Error('run')
  }
  expect(() => withEnvironment(own, run)).toThrow('run')
  expect(process.env).toEqual(before)
})

it('is never written to the environment of the process itself, which other threads read', () => {
  const own = process.env
  const written: unknown[] = []
  const watch = (_: object, name: string | symbol) => written.push(name) > 0
  process.env = new Proxy<NodeJS.ProcessEnv>(own, {
    set: watch,
    deleteProperty: watch,
    defineProperty: watch,
  })
  try {
    withEnvironment({ DD_ENV: 'lent' }, () => expect(process.env.DD_ENV).toBe('lent'))
  } finally {
    process.env = own
  }
  expect(written).toEqual([])
})

it('stays where dd-trace looks for it, and cannot be changed', () => {
  withEnvironment({ DD_ENV: 'kept', OTEL_SDK_DISABLED: 'true' }, () => {})
  const kept = (globalThis as Record<symbol, unknown>)[PLACE]
  expect(kept).toEqual({ DD_ENV: 'kept' })
  expect(Object.isFrozen(kept)).toBe(true)
})
