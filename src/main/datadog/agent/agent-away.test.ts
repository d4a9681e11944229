import { expect, it } from 'vitest'
import { captureLog } from '../../../../testing/log/capture-log'
import { AgentAway } from './agent-away'

it.each([
  'connect ECONNREFUSED 127.0.0.1:8126',
  'connect ENOENT /var/run/datadog/apm.socket',
  'getaddrinfo ENOTFOUND agent',
  'connect EHOSTUNREACH 10.0.0.1:8126',
])('is one line for all who do not reach it, and one when the first does: %s', (reason) => {
  const { log, lines } = captureLog()
  const away = new AgentAway(log)
  expect([reason, reason, reason].map((failure) => away.heard(failure))).toEqual([true, true, true])
  expect(lines.map(({ level, fields }) => [level, fields.reason])).toEqual([['warn', reason]])
  expect([null, null].map((failure) => away.heard(failure))).toEqual([false, false])
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'info'])
})

it.each(['HTTP 503', 'no answer within 10 s', 'what answered is not an Agent'])(
  'is no line where something answers, or may: %s',
  (failure) => {
    const { log, lines } = captureLog()
    expect(new AgentAway(log).heard(failure)).toBe(false)
    expect(lines).toEqual([])
  },
)
