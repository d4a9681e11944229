import { expect, it } from 'vitest'
import { describePackCosts } from './pack-costs'

const MIB = 2 ** 20
const pack = (name: string, ms: number, bytes: number | null = MIB, ok = true) => ({
  pack: name,
  ms,
  bytes,
  ok,
})

it.each([
  ['custom_nodes: no pack was loaded', []],
  ['custom_nodes: 1 pack took 4.0 s and 800 MiB to load (a)', [pack('a', 4_000, 800 * MIB)]],
  ['custom_nodes: 1 pack took 4.0 s to load (a)', [pack('a', 4_000, null)]],
  ['custom_nodes: 1 pack took 0.0 s and 0 B to load (a)', [pack('a', 4, -MIB)]],
  [
    "custom_nodes: 2 packs took 5.0 s and 1 MiB to load: b 4.0 s; a 1.0 s and 1 MiB; not loaded, the engine's log says why: b",
    [pack('a', 1_000), pack('b', 4_000, null, false)],
  ],
  [
    'custom_nodes: 7 packs took 28.0 s and 7 MiB to load: 7 7.0 s and 1 MiB; 6 6.0 s and 1 MiB; 5 5.0 s and 1 MiB; ' +
      '4 4.0 s and 1 MiB; 3 3.0 s and 1 MiB; 2 more',
    [1, 2, 3, 4, 5, 6, 7].map((each) => pack(String(each), each * 1_000)),
  ],
])('%s', (words, packs) => {
  expect(describePackCosts(packs)).toBe(words)
})

it('names no more than some of those that did not load', () => {
  const packs = [1, 2, 3, 4, 5, 6, 7].map((each) => pack(`p${each}`, 1, 0, false))
  expect(describePackCosts(packs)).toMatch(/says why: p1, p2, p3, p4, p5 and 2 more$/)
})
