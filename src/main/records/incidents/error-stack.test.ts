import { expect, it } from 'vitest'
import type { Profile } from '../../profiling/profile'
import { pythonStack, stackInProfile } from './error-stack'

const frame = (name: string, line: number, file = '/app/a.js') => ({ function: { name, file }, line })
const PROFILE: Profile = {
  sampleTypes: [
    { type: 'objects', unit: 'count' },
    { type: 'inuse_space', unit: 'bytes' },
  ],
  defaultType: 1,
  period: null,
  time: null,
  durationMs: null,
  stacks: [
    { frames: [frame('leak', 3), frame('light', 9)], values: [100, 1] },
    {
      frames: [frame('push', 1, ''), frame('leak', 3), frame('', 8), frame('(root)', 0, '')],
      values: [1, 50],
    },
  ],
}

it('is the heaviest stack of the culprit, from it outwards', () => {
  expect(stackInProfile(PROFILE, ['inuse_space'], { function: 'leak', file: '/app/a.js' })).toBe(
    '    at leak (/app/a.js:3:1)\n    at <anonymous> (/app/a.js:8:1)',
  )
})

it('is none of a function that the profile does not have, or of other values', () => {
  expect(stackInProfile(PROFILE, ['inuse_space'], { function: 'innocent', file: '/app/a.js' })).toBeNull()
  expect(stackInProfile(PROFILE, ['wall'], { function: 'leak', file: '/app/a.js' })).toBeNull()
})

it("is Python's own, the most recent call last", () => {
  const frames = [
    { function: 'eat', file: 'nodes.py', line: 41 },
    { function: 'main', file: 'main.py', line: null },
  ]
  expect(pythonStack(frames)).toBe(
    'Traceback (most recent call last):\n  File "main.py", line ???, in main\n  File "nodes.py", line 41, in eat',
  )
  expect(pythonStack([])).toBeNull()
})
