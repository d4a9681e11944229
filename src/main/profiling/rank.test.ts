import { Mapping } from 'pprof-format'
import { describe, expect, it } from 'vitest'
import { rankFunctions } from './rank'
import { readPprof } from './read-pprof'
import { type PprofParts, pprofBytes } from './testing/pprof-bytes'

type Samples = PprofParts['samples']

function ranking(samples: Samples, by: 'self' | 'cumulative' = 'self') {
  const { total, functions } = rankFunctions(
    readPprof(pprofBytes({ types: [['cpu', 'ms']], samples })),
    0,
    by,
  )
  return { total, functions: functions.map((one) => [one.function, one.self, one.cumulative, one.share]) }
}

describe('the order and the sums', () => {
  it.each<[string, Samples, unknown[], unknown[]]>([
    ['nothing', [], [], []],
    ['one function', [[['a /a.js:1'], 4]], [['a', 4, 4, 1]], [['a', 4, 4, 1]]],
    [
      'a caller and what it calls',
      [
        [['b /a.js:2', 'a /a.js:1'], 3],
        [['a /a.js:1'], 1],
      ],
      [
        ['b', 3, 3, 0.75],
        ['a', 1, 4, 0.25],
      ],
      [
        ['a', 1, 4, 1],
        ['b', 3, 3, 0.75],
      ],
    ],
    [
      'recursion, direct and through another: once for each stack',
      [
        [['f /a.js:1', 'f /a.js:1', 'f /a.js:1'], 2],
        [['f /a.js:1', 'g /a.js:9', 'f /a.js:1'], 2],
      ],
      [
        ['f', 4, 4, 1],
        ['g', 0, 2, 0],
      ],
      [
        ['f', 4, 4, 1],
        ['g', 0, 2, 0.5],
      ],
    ],
    [
      'the difference of two profiles',
      [
        [['less /a.js:1'], -6],
        [['more /a.js:2'], 2],
      ],
      [
        ['less', -6, -6, -0.75],
        ['more', 2, 2, 0.25],
      ],
      [
        ['less', -6, -6, -0.75],
        ['more', 2, 2, 0.25],
      ],
    ],
    [
      'namesakes in two files',
      [
        [['run /a.js:1'], 1],
        [['run /b.js:1'], 3],
      ],
      [
        ['run', 3, 3, 0.75],
        ['run', 1, 1, 0.25],
      ],
      [
        ['run', 3, 3, 0.75],
        ['run', 1, 1, 0.25],
      ],
    ],
    [
      'a sample without a stack: it counts in the total',
      [
        [[], 3],
        [['a /a.js:1'], 1],
      ],
      [['a', 1, 1, 0.25]],
      [['a', 1, 1, 0.25]],
    ],
  ])('of %s', (_, samples, bySelf, byCumulative) => {
    expect(ranking(samples).functions).toEqual(bySelf)
    expect(ranking(samples, 'cumulative').functions).toEqual(byCumulative)
  })

  it('is the same for equals, whatever the order of the samples', () => {
    const samples: Samples = [
      [['b /a.js:1'], 1],
      [['a /b.js:1'], 1],
      [['a /a.js:1'], 1],
    ]
    expect(ranking(samples)).toEqual(ranking(samples.toReversed()))
  })

  it('has each sample without its sign in the total', () => {
    expect(
      ranking([
        [['a /a.js:1'], -3],
        [['b /a.js:1'], 1],
      ]).total,
    ).toBe(4)
  })
})

describe('lines', () => {
  const lineOf = (types: PprofParts['types'], samples: Samples, more: PprofParts['more'] = () => ({})) =>
    rankFunctions(readPprof(pprofBytes({ ...(types && { types }), samples, more })), 0).functions.map(
      ({ function: name, line, self }) => `${name}:${line} ${self}`,
    )

  it('of a function is the one with most of its own, else the one it most often calls from', () => {
    const samples: Samples = [
      [['spin /a.js:10', 'main /a.js:2'], 1],
      [['spin /a.js:11', 'main /a.js:3'], 5],
      [['spin /a.js:12', 'main /a.js:3'], 2],
    ]
    expect(lineOf([['wall', 'nanoseconds']], samples)).toEqual(['spin:11 8', 'main:3 0'])
  })

  it('tell namesakes of one file apart in a heap profile of V8, where they are where a function begins', () => {
    const samples: Samples = [
      [['set /a.js:10'], 1, 1],
      [['set /a.js:50'], 2, 1],
    ]
    expect(lineOf(undefined, samples)).toEqual(['set:50 2', 'set:10 1'])
  })

  it('do not in a heap profile of a binary, where they are where it allocated', () => {
    const samples: Samples = [
      [['set /a.go:10'], 1, 1],
      [['set /a.go:50'], 2, 1],
    ]
    const more = () => ({ mapping: [new Mapping({ id: 1 })] })
    expect(lineOf(undefined, samples, more)).toEqual(['set:50 3'])
  })
})
