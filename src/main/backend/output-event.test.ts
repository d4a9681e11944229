import { expect, it } from 'vitest'
import { outputEvents } from './output-event'

const AT = '2026-11-30T20:00:00.000Z'

it('is a line each, without its end', () => {
  expect(outputEvents('stdout', 'one\r\ntwo', 'warn', AT)).toEqual([
    { stream: 'stdout', line: 'one', level: 'warn', at: AT },
    { stream: 'stdout', line: 'two', level: 'warn', at: AT },
  ])
})

it.each([
  ['{"level":30,"msg":"pino"}', 'info'],
  ['{"level":35,"msg":"between two"}', 'info'],
  ['{"level":60,"msg":"fatal"}', 'error'],
  ['{"level":10}', 'debug'],
  ['{"level":"WARNING"}', 'warn'],
  ['{"severity":"error"}', 'error'],
  ['{"level":"loud"}', null],
  ['{"level":null}', null],
  ['{not json}', null],
  ['ERROR: a word of the text is not a level', null],
])('has the level that is said: %s', (line, level) => {
  expect(outputEvents('stderr', line, null, AT)[0]?.level).toBe(level)
})

it('hides secrets', () => {
  const [event] = outputEvents('stdout', 'password=hunter2hunter2', null, AT)
  expect(event?.line).not.toContain('hunter2')
})
