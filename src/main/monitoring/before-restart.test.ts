import { expect, it, vi } from 'vitest'
import type { Incident } from '../records/incidents/incident'
import { mayRestart } from './before-restart'
import { BEFORE_RESTART_MS } from './restart-hook'

const INCIDENT = { cause: 'crash' } as Incident

function asked(hook: (incident: Incident) => unknown, deadlineMs = BEFORE_RESTART_MS) {
  const lines: string[] = []
  const say = (line: string) => void lines.push(line)
  const log = { debug: say, info: say, warn: say, error: say }
  return { answer: mayRestart(hook, INCIDENT, log, deadlineMs), lines }
}

it('lets a restart pass, whatever is answered but false', async () => {
  for (const answer of [undefined, true, null, 0, Promise.resolve('yes')]) {
    const { answer: passes, lines } = asked(() => answer)
    expect([await passes, lines]).toEqual([true, []])
  }
})

it('keeps the backend stopped, and says so', async () => {
  const { answer, lines } = asked(async ({ cause }) => cause !== 'crash')
  expect(await answer).toBe(false)
  expect(lines).toEqual([expect.stringContaining('answered false')])
})

it.each([
  [
    'throws',
    () => {
      throw new Error('bad luck')
    },
  ],
  ['rejects', () => Promise.reject(new Error('bad luck'))],
])('starts the backend where the app %s', async (_how, hook) => {
  const { answer, lines } = asked(hook)
  expect(await answer).toBe(true)
  expect(lines).toEqual([expect.stringContaining('threw: bad luck')])
})

it('waits for a limited time', async () => {
  vi.useFakeTimers()
  const { answer, lines } = asked(() => new Promise(() => {}), 1_000)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await answer).toBe(true)
  expect(lines).toEqual([expect.stringContaining('did not answer within 1 s')])
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})
