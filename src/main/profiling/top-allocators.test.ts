import { describe, expect, it } from 'vitest'
import { OWN_FOLDERS } from './frames'
import { readPprof } from './read-pprof'
import { type FramesText, pprofBytes } from './testing/pprof-bytes'
import { hotFunctions, hungIn, topAllocators } from './top-allocators'

const BOOTSTRAP = `${OWN_FOLDERS[0]}/index.cjs`

type Stacks = readonly (readonly [frames: FramesText, value: number])[]

const heap = (stacks: Stacks) =>
  readPprof(pprofBytes({ samples: stacks.map(([frames, bytes]) => [frames, 1, bytes]) }))

const cpu = (stacks: Stacks) =>
  readPprof(
    pprofBytes({
      types: [
        ['sample', 'count'],
        ['wall', 'nanoseconds'],
      ],
      samples: stacks.map(([frames, ms]) => [frames, 1, ms * 1e6]),
    }),
  )

const inWords = (culprits: ReturnType<typeof topAllocators>) =>
  culprits.map((one) => `${one.function} ${one.file}:${one.line} ${one.bytes} ${one.share.toFixed(2)}`)

const LEAF_CASES: readonly (readonly [of: string, stacks: Stacks, expected: readonly string[]])[] = [
  ['nothing', [], []],
  ['its own memory', [[['leak /app/a.js:3', 'main /app/a.js:1'], 8]], ['leak /app/a.js:3 8 1.00']],
  [
    "a built-in's memory: the caller's",
    [
      [['push', 'leak /app/a.js:3', 'main /app/a.js:1'], 6],
      [['leak /app/a.js:3', 'main /app/a.js:1'], 2],
    ],
    ['leak /app/a.js:3 8 1.00'],
  ],
  [
    "Node's and a library's memory: the caller's",
    [[['alloc node:buffer:9', 'copy /app/node_modules/x/i.js:1', 'leak /app/a.js:3', 'main /app/a.js:1'], 8]],
    ['leak /app/a.js:3 8 1.00'],
  ],
  [
    'a library between two project functions: the nearer one',
    [
      [
        [
          'each node:internal/x:1',
          'inner /app/a.js:9',
          'map /app/node_modules/x/i.js:1',
          'outer /app/a.js:3',
        ],
        8,
      ],
    ],
    ['inner /app/a.js:9 8 1.00'],
  ],
  [
    'a library on its own: the library, not the runtime beneath it',
    [[['alloc node:buffer:9', 'parse /app/node_modules/ws/r.js:7', 'onread node:internal/stream:1'], 8]],
    ['parse /app/node_modules/ws/r.js:7 8 1.00'],
  ],
  [
    'the runtime on its own',
    [[['set', 'compile node:internal/m:4'], 8]],
    ['compile node:internal/m:4 8 1.00'],
  ],
  ['V8 on its own', [[['(V8 API)'], 8]], ['(V8 API) :0 8 1.00']],
  [
    "the monitor's bootstrap: nobody's, and it is no caller either",
    [
      [[`boot ${BOOTSTRAP}:1`, `main ${BOOTSTRAP}:9`], 4],
      [['compile node:internal/m:4', `boot ${BOOTSTRAP}:1`], 1],
      [['leak /app/a.js:3', `boot ${BOOTSTRAP}:1`], 5],
    ],
    ['leak /app/a.js:3 5 0.50', 'compile node:internal/m:4 1 0.10'],
  ],
  [
    'placeholders: left out, and still part of the whole',
    [
      [['(garbage collector)'], 5],
      [['(program)'], 1],
      [['(root)'], 2],
      [['leak /app/a.js:3'], 2],
    ],
    ['leak /app/a.js:3 2 0.20'],
  ],
  [
    'project functions before libraries that hold more than each',
    [
      [['cache /app/node_modules/x/i.js:1'], 5],
      [['small /app/a.js:3'], 2],
      [['smaller /app/a.js:7'], 1],
      [['leak /app/a.js:9'], 3],
      [['read node:fs:1'], 4],
    ],
    [
      'leak /app/a.js:9 3 0.20',
      'small /app/a.js:3 2 0.13',
      'smaller /app/a.js:7 1 0.07',
      'cache /app/node_modules/x/i.js:1 5 0.33',
      'read node:fs:1 4 0.27',
    ],
  ],
  [
    'but a library first that holds more than the whole project',
    [
      [['cache /app/node_modules/x/i.js:1'], 9],
      [['small /app/a.js:3'], 2],
    ],
    ['cache /app/node_modules/x/i.js:1 9 0.82', 'small /app/a.js:3 2 0.18'],
  ],
  [
    'recursion: once for each sample',
    [[['push', 'walk /app/a.js:3', 'walk /app/a.js:3', 'walk /app/a.js:3'], 8]],
    ['walk /app/a.js:3 8 1.00'],
  ],
  [
    'functions without a name, by their place',
    [
      [['(anonymous:L#3:C#9) /app/a.js:3'], 2],
      [['(anonymous:L#7:C#1) /app/a.js:7'], 6],
    ],
    ['(anonymous) /app/a.js:7 6 0.75', '(anonymous) /app/a.js:3 2 0.25'],
  ],
  [
    'what is gone in a difference',
    [
      [['gone /app/a.js:3'], -8],
      [['leak /app/a.js:5'], 2],
    ],
    ['leak /app/a.js:5 2 1.00'],
  ],
]

describe('the top allocators', () => {
  it.each(LEAF_CASES)('name for %s', (_, stacks, expected) => {
    expect(inWords(topAllocators(heap(stacks)))).toEqual(expected)
  })

  it.each<[string | null, string]>([
    [null, 'helper /common/b.js:2 8 1.00'],
    ['/app', 'leak /app/a.js:3 8 1.00'],
    ['/other', 'helper /common/b.js:2 8 1.00'],
  ])('with the project in %s count shared code for %s', (projectRoot, expected) => {
    const profile = heap([[['push', 'helper /common/b.js:2', 'leak /app/a.js:3'], 8]])
    expect(inWords(topAllocators(profile, { projectRoot }))).toEqual([expected])
  })

  it('are ten unless asked otherwise', () => {
    const profile = heap(Array.from({ length: 30 }, (_, i) => [[`f${i} /app/a.js:${i}`], i + 1]))
    expect(topAllocators(profile)).toHaveLength(10)
    expect(topAllocators(profile, { limit: 1 })).toMatchObject([{ function: 'f29', bytes: 30 }])
  })

  it('counts with each what it called, a project function under it too, and once where it calls itself', () => {
    const profile = heap([
      [['push', 'fill /app/a.js:3', 'main /app/a.js:1'], 6],
      [['main /app/a.js:1'], 1],
      [['fill /app/a.js:3', 'fill /app/a.js:3', 'main /app/a.js:1'], 2],
      [['parse /app/node_modules/x/i.js:1'], 1],
    ])
    const found = topAllocators(profile).map((one) => [
      one.function,
      one.bytes,
      one.cumulativeBytes,
      one.cumulativeShare,
    ])
    expect(found).toEqual([
      ['fill', 8, 8, 0.8],
      ['main', 1, 9, 0.9],
      ['parse', 1, 1, 0.1],
    ])
  })

  it('are none in a profile of time', () => {
    expect(topAllocators(cpu([[['spin /app/a.js:3'], 8]]))).toEqual([])
  })
})

describe('the hot functions', () => {
  it('are those that ran, and what they called in libraries', () => {
    const profile = cpu([
      [['Garbage Collection', 'Node.js'], 50],
      [['readSync node:fs:3', 'load /app/a.js:4'], 30],
      [['spin /app/a.js:9'], 10],
    ])
    expect(hotFunctions(profile)).toEqual([
      { function: 'load', file: '/app/a.js', line: 4, share: 0.75 },
      { function: 'spin', file: '/app/a.js', line: 9, share: 0.25 },
    ])
    expect(hotFunctions(heap([[['leak /app/a.js:3'], 8]]))).toEqual([])
  })
})

describe('a stuck thread', () => {
  it.each<[string, Stacks, string | null]>([
    ['a loop', [[['spin /app/a.js:9', 'main /app/a.js:1'], 10]], 'spin:9 1'],
    [
      'a loop that calls several functions: the loop',
      [
        [['one /app/a.js:20', 'spin /app/a.js:9', 'main /app/a.js:1'], 4],
        [['two /app/a.js:30', 'spin /app/a.js:10', 'main /app/a.js:1'], 5],
      ],
      'spin:10 1',
    ],
    [
      'a function that nearly all of a loop is spent in: that function',
      [
        [['test /app/a.js:20', 'spin /app/a.js:9', 'main /app/a.js:1'], 8],
        [['spin /app/a.js:9', 'main /app/a.js:1'], 2],
      ],
      'test:20 0.8',
    ],
    [
      'recursion',
      [
        [['fib /app/a.js:3', 'fib /app/a.js:4', 'main /app/a.js:1'], 4],
        [['fib /app/a.js:3', 'fib /app/a.js:4', 'fib /app/a.js:4', 'main /app/a.js:1'], 4],
      ],
      'fib:3 1',
    ],
    [
      'a blocking call: its caller',
      [[['spawnSync node:internal/child_process:1', 'convert /app/a.js:7', 'main /app/a.js:1'], 9]],
      'convert:7 1',
    ],
    [
      'no single place: the hottest',
      [
        [['a /app/a.js:1'], 4],
        [['b /app/a.js:2'], 3],
        [['c /app/a.js:3'], 3],
      ],
      'a:1 0.4',
    ],
    [
      'a loop that V8 did not know for most of the time: the loop',
      [
        [['listOnTimeout node:internal/timers:524', 'processTimers node:internal/timers:504'], 70],
        [['spin /app/a.js:6', 'listOnTimeout node:internal/timers:524'], 16],
        [['(garbage collector)'], 3],
      ],
      'spin:6 1',
    ],
    [
      'nothing that V8 knew: what called it',
      [
        [['listOnTimeout node:internal/timers:524', 'processTimers node:internal/timers:504'], 70],
        [['(garbage collector)'], 3],
      ],
      'listOnTimeout:524 1',
    ],
    ['a library alone', [[['parse /app/node_modules/x/i.js:5'], 9]], 'parse:5 1'],
    ['nothing that ran', [[['(garbage collector)'], 9]], null],
    ['nothing', [], null],
  ])('in %s', (_, stacks, expected) => {
    const found = hungIn(cpu(stacks))
    expect(found && `${found.function}:${found.line} ${found.share}`).toBe(expected)
  })
})
