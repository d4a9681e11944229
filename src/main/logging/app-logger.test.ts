import pino from 'pino'
import { expect, it } from 'vitest'
import { appLoggerSink } from './app-logger'

it('writes into pino: the fields beside the message', () => {
  const lines: string[] = []
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) })
  const sink = appLoggerSink(logger)
  sink('warn', 'memory is short', { pid: 7 })
  sink('debug', 'the app is traced', {})
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 40, msg: 'studio-monitor: memory is short', pid: 7 },
    { level: 20, msg: 'studio-monitor: the app is traced' },
  ])
})

it('writes into others the message, then the fields, as their own method', () => {
  const heard: unknown[] = []
  const logger = {
    prefix: 'app',
    info(...args: unknown[]) {
      heard.push([this.prefix, ...args])
    },
    warn() {},
    error() {},
  }
  const sink = appLoggerSink(logger)
  sink('info', 'started', { pid: 7 })
  sink('info', 'stopped', {})
  // One without that level is left alone.
  sink('debug', 'nobody hears it', {})
  expect(heard).toEqual([
    ['app', 'studio-monitor: started', { pid: 7 }],
    ['app', 'studio-monitor: stopped'],
  ])
})
