import { expect, test } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { TraceReachability } from './trace-reachability'

test('two processes have one Agent: a line when it is away, and one when it is back', () => {
  const { log, lines } = captureLog()
  let back = 0
  const traces = new TraceReachability(log, () => back++)
  for (const failure of [null, 'ECONNREFUSED', 'HTTP 503', null, null, 'HTTP 500', null]) traces.told(failure)
  expect(lines.map(({ level, fields }) => [level, fields.reason])).toEqual([
    ['warn', 'ECONNREFUSED'],
    ['info', undefined],
    ['warn', 'HTTP 500'],
    ['info', undefined],
  ])
  expect(back).toBe(4)
})
