import { expect, test } from 'vitest'
import { type Holding, surplus } from './bounds'

const holdings = (kinds: string): Holding[] =>
  [...kinds].map((letter, n) => ({
    id: `${letter}${n}`,
    bytes: 10,
    kind: KINDS[letter as keyof typeof KINDS],
  }))
const KINDS = {
  p: 'periodic',
  s: 'on_shutdown',
  n: 'near-death',
  o: 'on_oom',
  u: 'unresponsive',
  d: 'damaged',
  w: 'unfinished',
} as const

test.each([
  ['nothing within the limits', 'ppp', 3, []],
  ['periodic ones, oldest first', 'ppspp', 3, ['p0', 'p1']],
  ['before those of incidents', 'opup', 2, ['p1', 'p3']],
  ['damaged ones first of all', 'popd', 3, ['d3']],
  ["then incidents', oldest first", 'opuo', 2, ['p1', 'o0']],
  ["never the newest incident's, nor the newest near-death set", 'onpu', 0, ['p2', 'o0']],
  ['of near-death sets all but the newest', 'nnp', 1, ['p2', 'n0']],
  ['never what is being written', 'wpw', 0, ['p1']],
])('%s', (_, kinds, sets, leaving) => {
  expect(surplus(holdings(kinds), { sets, bytes: 1000 })).toEqual(leaving)
})

test('bytes count as much as numbers', () => {
  expect(surplus(holdings('popp'), { sets: 100, bytes: 40 })).toEqual([])
  expect(surplus(holdings('popp'), { sets: 100, bytes: 39 })).toEqual(['p0'])
  expect(surplus(holdings('popp'), { sets: 100, bytes: 9 })).toEqual(['p0', 'p2', 'p3'])
})
