import { expect, it } from 'vitest'
import { checkStandby } from './standby-check'

const MIB = 2 ** 20

it.each<[string, Parameters<typeof checkStandby>, RegExp]>([
  ['off', [false, null], /^off: STUDIO_STANDBY=true /],
  ['on, no app', [true, null], /^on: one is made once the backend runs$/],
  ['off in the app that runs', [true, { standby: null }], /^off in the app that runs$/],
  [
    'one that waits, and what it costs',
    [true, { standby: { pid: 4713, residentBytes: 98 * MIB, why: null } }],
    /^on: process 4713 waits, with 98 MiB resident/,
  ],
  [
    'one that loads',
    [true, { standby: { pid: null, residentBytes: null, why: null } }],
    /^on: none waits yet$/,
  ],
  [
    'none, and why',
    [true, { standby: { pid: null, residentBytes: null, why: 'memory is short' } }],
    /^on, and none waits: memory is short$/,
  ],
])('tells of %s', (_what, facts, words) => {
  const { state, summary } = checkStandby(...facts)
  expect(state).toBe('ok')
  expect(summary).toMatch(words)
})
