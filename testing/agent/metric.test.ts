import { expect, test } from 'vitest'
import { parseMetrics } from './metric'

test('reads names, values, types and tags, and skips other sections', () => {
  expect(parseMetrics('a.b:1|c\nc:-2.5|g|@0.5|#x:y,flag|c:ci-1\nd:3|ms\n')).toEqual([
    { name: 'a.b', value: 1, type: 'count', tags: [], at: null },
    { name: 'c', value: -2.5, type: 'gauge', tags: ['x:y', 'flag'], at: null },
    { name: 'd', value: 3, type: 'timing', tags: [], at: null },
  ])
})

test.each(['a', 'a:1', 'a:|c', ':1|c', 'a:x|c', 'a:1|d|T1764500000', 'a:1|g|T1.5', 'a:1|z', 'a:1|toString'])(
  'refuses %s',
  (line) => {
    expect(() => parseMetrics(line)).toThrow(JSON.stringify(line))
  },
)
