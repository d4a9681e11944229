import { describe, expect, it } from 'vitest'
import type { LogContext } from '../../common/tracing/log-context'
import { createLog, type LogFields } from './log'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

function testLog(context: () => LogContext | null = () => null) {
  const file: string[] = []
  const terminal: string[] = []
  const log = createLog({
    file: (line) => file.push(line),
    terminal: (line) => terminal.push(line),
    context,
    now: () => NOW,
  })
  return { log, file, terminal }
}

const time = '2026-01-02T03:04:05.000Z'

describe('one call', () => {
  it.each(['info', 'warn', 'error'] as const)('of %s is a JSON line, and words on the terminal', (level) => {
    const { log, file, terminal } = testLog()
    log[level]('it "runs"', { pid: 7, path: '/data', list: ['a', 'b'], none: null, on: true })
    expect(file).toEqual([
      `{"time":"${time}","level":"${level}","message":"it \\"runs\\"","pid":7,"path":"/data","list":["a","b"],"none":null,"on":true}`,
    ])
    expect(terminal).toEqual([
      'studio-monitor: it "runs" (pid: 7, path: /data, list: a,b, none: null, on: true)',
    ])
  })

  it('of debug is for the file alone', () => {
    const { log, file, terminal } = testLog()
    log.debug('details')
    expect(file.map((line) => JSON.parse(line))).toEqual([{ time, level: 'debug', message: 'details' }])
    expect(terminal).toEqual([])
  })

  it.each(['\n', '\r\n', '\r', '\n\n\n', '\u2028', '\u0085', '\v', '\u001b', '\u0007'])(
    'is one line, and harmless, with %j in its message and its fields',
    (character) => {
      const { log, file, terminal } = testLog()
      log.warn(`one${character}two`, { job: `a${character}b`, [`na${character}me`]: 1 })
      expect(terminal).toEqual(['studio-monitor: one two (job: a b, na me: 1)'])
      expect(file.join()).not.toMatch(/[\r\n]/)
      expect(JSON.parse(file.join())).toMatchObject({
        message: 'one two',
        job: /[\r\n]/.test(character) ? `a${character}b` : 'a b',
      })
    },
  )

  it('keeps its own time, level and message', () => {
    const { log, file } = testLog()
    log.warn('mine', { message: 'theirs', level: 'debug', time: 'never', other: 1 })
    expect(file).toEqual([`{"time":"${time}","level":"warn","message":"mine","other":1}`])
  })

  it('leads to the span that is active when it is made', () => {
    let span = '1'
    const { log, file, terminal } = testLog(() => ({ trace_id: 'a1', span_id: span, service: 's' }))
    log.info('one')
    span = '2'
    log.info('two', { dd: 'theirs' })
    expect(file.map((line) => JSON.parse(line).dd)).toEqual([
      { trace_id: 'a1', span_id: '1', service: 's' },
      { trace_id: 'a1', span_id: '2', service: 's' },
    ])
    expect(terminal[0]).toBe('studio-monitor: one')
  })

  it('carries no secret, neither in its message nor in its fields', () => {
    const { log, file, terminal } = testLog()
    log.warn('no token=abcdefgh', { header: 'Bearer abcdefgh12345678', list: ['password=a'] })
    expect([...file, ...terminal].join()).not.toMatch(/abcdefgh|password=a/)
    expect(terminal).toEqual([
      'studio-monitor: no token=<redacted> (header: Bearer <redacted>, list: password=<redacted>)',
    ])
  })

  const circular: Record<string, unknown> = {}
  circular.self = circular
  it.each<[string, Record<string, unknown>]>([
    ['a circle', circular],
    ['a BigInt', { size: 1n }],
    [
      'a getter that throws',
      {
        get id() {
          throw new Error('hostile')
        },
      },
    ],
    [
      'a toJSON that throws',
      {
        id: {
          toJSON() {
            throw new Error('hostile')
          },
        },
      },
    ],
  ])('keeps the message when the fields hold %s', (_what, fields) => {
    const { log, file, terminal } = testLog()
    log.error('still said', fields as LogFields)
    expect(JSON.parse(file.join())).toEqual({
      time,
      level: 'error',
      message: 'still said',
      fields: 'unreadable',
    })
    expect(terminal).toEqual(['studio-monitor: still said (fields: unreadable)'])
  })

  it('leaves out what is no data', () => {
    const { log, terminal } = testLog()
    log.info('odd', {
      symbol: Symbol('s'),
      call: () => 1,
      missing: undefined,
      bare: Object.create(null),
    } as never)
    expect(terminal).toEqual(['studio-monitor: odd (bare: [object Object])'])
  })

  it.each(['file', 'terminal'] as const)('reaches the other when the %s throws', (broken) => {
    const lines: string[] = []
    const works = (line: string) => lines.push(line)
    const throws = () => {
      throw new Error('EIO')
    }
    const sinks = { file: works, terminal: works, [broken]: throws }
    createLog({ ...sinks, context: () => null, now: () => NOW }).error('said')
    expect(lines).toEqual([expect.stringContaining('said')])
  })
})
