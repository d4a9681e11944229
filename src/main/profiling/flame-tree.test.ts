import { expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { buildTree, totalOf } from '../../page/flame-nodes'
import { flameData } from './flame-tree'
import type { Profile, ProfiledFunction } from './profile'

const FUNCTIONS: readonly ProfiledFunction[] = ['main', 'blur', 'load', 'copy'].map((name) => ({
  name,
  file: name === 'copy' ? '' : `/app/${name}.js`,
}))

/** @param stacks of the functions' numbers, leaf first, with their values */
function profile(stacks: readonly (readonly [frames: readonly number[], value: number])[]): Profile {
  return {
    sampleTypes: [{ type: 'inuse_space', unit: 'bytes' }],
    defaultType: 0,
    period: null,
    time: null,
    durationMs: null,
    stacks: stacks.map(([frames, value]) => ({
      frames: frames.map((n) => ({ function: FUNCTIONS[n] ?? { name: `f${n}`, file: '' }, line: n + 1 })),
      values: [value],
    })),
  }
}

const draw = (one: Profile) => flameData(one, { title: 'heap', type: 0, scrub: (text) => text })

it('is a tree from the root down, the largest first', () => {
  const data = draw(
    profile([
      [[2, 0], 30],
      [[3, 1, 0], 60],
      [[1, 0], 10],
      // A difference of two profiles has these.
      [[1, 0], -5],
    ]),
  )
  if (data === null) throw new Error('there are samples')
  expect(
    buildTree(data).map(({ name, at, depth, value, start, self }) => [name, at, depth, value, start, self]),
  ).toEqual([
    ['all', '', 0, 100, 0, 0],
    ['main', '/app/main.js:1', 1, 100, 0, 0],
    ['blur', '/app/blur.js:2', 2, 70, 0, 10],
    ['copy', '', 3, 60, 0, 60],
    ['load', '/app/load.js:3', 2, 30, 70, 30],
  ])
})

it('of nothing is nothing', () => {
  expect(draw(profile([]))).toBeNull()
  expect(draw(profile([[[0], -1]]))).toBeNull()
})

it('adds up what is too small, so that a page stays small, and loses nothing', () => {
  const stacks = Array.from({ length: 40_000 }, (_, n) => [[n + 10, 0], n < 3 ? 1e6 : 1] as const)
  const data = draw(profile(stacks))
  if (data === null) throw new Error('there are samples')
  const nodes = buildTree(data)
  expect(nodes.length).toBeLessThanOrEqual(12_001)
  const [root] = nodes
  expect(root?.value).toBeCloseTo(3e6 + 39_997, -1)
  const small = nodes.filter(({ name }) => name === '(too small to show)')
  expect(JSON.stringify(data).length).toBeLessThan(1000)
  expect(small).toHaveLength(1)
  expect(small[0]?.value).toBeCloseTo(39_997, -1)
})

it('of any stacks has its children within their parent, and searches what matches once', () => {
  const stack = fc.tuple(fc.array(fc.nat(6), { maxLength: 12 }), fc.integer({ min: -10, max: 1000 }))
  fc.assert(
    fc.property(fc.array(stack, { maxLength: 60 }), (stacks) => {
      const total = stacks.reduce((sum, [, value]) => sum + Math.max(0, value), 0)
      const data = draw(profile(stacks))
      expect(data === null).toBe(total === 0)
      const nodes = data === null ? [] : buildTree(data)
      const [root] = nodes
      for (const node of nodes) {
        expect(node.self).toBeGreaterThanOrEqual(0)
        expect(node.start + node.value).toBeLessThanOrEqual(
          (node.parent?.start ?? 0) + (node.parent?.value ?? total),
        )
        expect(nodes[node.last]?.index).toBe(node.last)
      }
      const wanted = stacks.filter(([frames, value]) => value > 0 && frames.includes(1))
      const value = wanted.reduce((sum, [, one]) => sum + one, 0)
      if (root) expect(totalOf(root, 'blur').value).toBe(value)
    }),
  )
})
