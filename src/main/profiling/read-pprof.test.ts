import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  Function as FunctionMessage,
  Line,
  Location,
  type ProfileInput,
  Sample,
  ValueType,
} from 'pprof-format'
import { describe, expect, it } from 'vitest'
import { rankFunctions } from './rank'
import { PprofError, readPprof } from './read-pprof'
import { pprof, pprofBytes, unsymbolisedBytes } from './testing/pprof-bytes'

/** Time limit on a busy machine, in milliseconds. */
const SLOW = 60_000

const HEAP = pprofBytes({
  samples: [
    [['push', 'leak /app/a.js:3', 'main /app/a.js:1'], 2, 4096],
    [['main /app/a.js:1'], 1, 512],
  ],
})

const goProfile = (kind: string) => readFileSync(join(__dirname, 'testing', `go-${kind}.pb.gz`))

describe('a pprof', () => {
  it.each([
    ['plain', HEAP],
    ['gzip', gzipSync(HEAP)],
  ])('is read %s', (_, bytes) => {
    const profile = readPprof(bytes)
    const leak = { function: { name: 'leak', file: '/app/a.js' }, line: 3 }
    const main = { function: { name: 'main', file: '/app/a.js' }, line: 1 }
    const push = { function: { name: 'push', file: '' }, line: 0 }
    expect(profile).toEqual({
      sampleTypes: [
        { type: 'inuse_objects', unit: 'count' },
        { type: 'inuse_space', unit: 'bytes' },
      ],
      defaultType: 1,
      period: null,
      time: null,
      durationMs: null,
      stacks: [
        { frames: [push, leak, main], values: [2, 4096] },
        { frames: [main], values: [1, 512] },
      ],
    })
    expect(profile.stacks[0]?.frames[2]?.function).toBe(profile.stacks[1]?.frames[0]?.function)
  })

  it('tells when, how long and how often', () => {
    const bytes = pprofBytes({
      types: [['wall', 'nanoseconds']],
      samples: [],
      more: (strings) => ({
        timeNanos: 1_795_464_715_000_000_000n,
        durationNanos: 10_500_000_000,
        periodType: new ValueType({ type: strings.dedup('wall'), unit: strings.dedup('nanoseconds') }),
        period: 10_000_000,
      }),
    })
    expect(readPprof(bytes)).toMatchObject({
      time: 1_795_464_715_000,
      durationMs: 10_500,
      period: { value: 10_000_000, unit: 'nanoseconds' },
      stacks: [],
    })
  })

  it.each<[string, readonly string[], string, number]>([
    ['the one it names', ['alloc_space', 'inuse_space'], 'alloc_space', 0],
    ['what is in use', ['inuse_space', 'alloc_space'], '', 0],
    ['else the last', ['sample', 'wall', 'cpu'], '', 2],
    ['not one it names and has not', ['sample', 'wall'], 'cpu', 1],
  ])('has as default sample type %s', (_, types, named, expected) => {
    const bytes = pprofBytes({
      types: types.map((type) => [type, 'count']),
      samples: [],
      more: (strings) => ({ defaultSampleType: strings.dedup(named) }),
    })
    expect(readPprof(bytes).defaultType).toBe(expected)
  })

  it('keeps the sign and the size of 64-bit values', () => {
    const values = [-1, -5e12, 2 ** 40, 2 ** 53]
    const bytes = pprofBytes({
      types: [['delay', 'nanoseconds']],
      samples: values.map((value) => [['a /a.js:1'], value]),
    })
    expect(readPprof(bytes).stacks.flatMap(({ values: read }) => read)).toEqual(values)
  })

  it('has what was inlined before the function that it was inlined into', () => {
    const { stacks } = readPprof(
      pprofBytes({
        types: [['cpu', 'nanoseconds']],
        samples: [],
        more: (strings) => ({
          function: ['inlined', 'outer'].map(
            (name, index) =>
              new FunctionMessage({ id: index + 1, systemName: strings.dedup(name), startLine: 4 * index }),
          ),
          location: [
            new Location({
              id: 0xffff_ffff_ffff_fff0n,
              line: [new Line({ functionId: 1, line: 7 }), new Line({ functionId: 2, line: 9 })],
            }),
          ],
          sample: [new Sample({ locationId: [0xffff_ffff_ffff_fff0n], value: [1] })],
        }),
      }),
    )
    expect(stacks[0]?.frames.map((frame) => `${frame.function.name}:${frame.line}`)).toEqual([
      'inlined:7',
      'outer:9',
    ])
  })

  it("leaves out the column that dd-trace packs above a line's bits", () => {
    const withColumn = pprof({ types: [['wall', 'nanoseconds']], samples: [[['a /a.js:1'], 1]] })
    const [line] = withColumn.location[0]?.line ?? []
    if (line) line.line = (70_000n << 32n) | 12n
    expect(readPprof(withColumn.encode()).stacks[0]?.frames[0]?.line).toBe(12)
  })

  it('without symbols has a function for each binary, or for each address without one', () => {
    const { functions } = rankFunctions(readPprof(unsymbolisedBytes()), 0)
    expect(functions).toMatchObject([
      { function: '[libc.so.6]', file: '/usr/lib/libc.so.6', line: 0, self: 7, cumulative: 7 },
      { function: '0x7ffffffff000', file: '', line: 0, self: 1, cumulative: 8 },
    ])
  })

  it('may have its numbers one by one, and fields of the future', () => {
    const sample = [0x12, 0x08, 0x08, 0x01, 0x08, 0x01, 0x10, 0x03, 0x10, 0x05]
    const withoutSamples = pprofBytes({ samples: [], more: () => ({ location: [new Location({ id: 1 })] }) })
    const unknown = [0xa2, 0x06, 0x01, 0x41, 0xa8, 0x06, 0x01, 0xb1, 0x06, ...new Array(8).fill(0xff)]
    const { stacks } = readPprof(Buffer.concat([withoutSamples, Buffer.from(sample), Buffer.from(unknown)]))
    expect(stacks).toMatchObject([{ frames: [{ line: 0 }, { line: 0 }], values: [3, 5] }])
  })
})

/** Made by Go 1.19's runtime/pprof; the expected values are those of `go tool pprof -top`. */
describe("Go's profiles", () => {
  it.each([
    ['heap', 'inuse_space', { function: 'main.leak', self: 48_507_865, cumulative: 48_507_865 }],
    ['cpu', 'cpu', { function: 'main.fib', self: 220_000_000, cumulative: 220_000_000 }],
    ['mutex', 'delay', { function: 'sync.(*Mutex).Unlock' }],
    ['block', 'delay', { function: 'sync.(*Mutex).Lock' }],
  ])('%s', (kind, type, first) => {
    const profile = readPprof(goProfile(kind))
    expect(profile.sampleTypes[profile.defaultType]?.type).toBe(type)
    expect(rankFunctions(profile, profile.defaultType).functions[0]).toMatchObject(first)
  })
})

describe('what is no pprof, or a damaged one, is refused in one line', () => {
  const more = (parts: ProfileInput) => pprofBytes({ samples: [], more: () => parts })
  const sample = (locationId: number[], value: number[]) => ({ sample: [new Sample({ locationId, value })] })
  const gzipped = gzipSync(HEAP)

  it.each<[string, Uint8Array, RegExp]>([
    ['an empty file', Buffer.alloc(0), /^it is empty$/],
    ['an empty gzip file', gzipSync(''), /^it is empty but for its gzip wrapping$/],
    ['gzip cut off', gzipped.subarray(0, -12), /^its gzip data is cut off$/],
    [
      'gzip with a wrong check sum',
      Buffer.concat([gzipped.subarray(0, -8), Buffer.alloc(8)]),
      /^its gzip data is damaged \(incorrect data check\)$/,
    ],
    ['text', Buffer.from('hello, world\n'), /^not a pprof profile, or damaged: /],
    ['JSON', Buffer.from('{"nodes":[]}'), /^it is not a pprof: it is JSON: .cpuprofile/],
    ['perf.data', Buffer.from('PERFILE2xxxx'), /perf_to_profile/],
    ['a Zstandard file', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]), /zstd -d/],
    ['a ZIP archive', Buffer.from('PK\u0003\u0004'), /ZIP/],
    ['zeros', Buffer.alloc(64), /field has the number 0/],
    [
      'the plain form cut off',
      HEAP.subarray(0, -3),
      /^not a pprof profile, or damaged: a field ends after the end/,
    ],
    ['a number cut off', Buffer.from([0x48, 0x80]), /a number is cut off/],
    ['an endless number', Buffer.from([0x48, ...new Array(11).fill(0xff)]), /more than 64 bits/],
    [
      'an endless number in a list',
      Buffer.from([0x12, 0x0d, 0x0a, 0x0b, ...new Array(10).fill(0xff), 1]),
      /more than 64 bits/,
    ],
    ['a group', Buffer.from([0x0b]), /wire type 3/],
    ['a number where a message is to be', Buffer.from([0x10, 0x01]), /field 2 has the wire type 0/],
    ['a message where a number is to be', Buffer.from([0x4a, 0x01, 0x01]), /field 9 has the wire type 2/],
    ['another protobuf', Buffer.from([0x0a, 0x03, 0x08, 0x01, 0x10]), /cut off/],
    ['nothing but time', Buffer.from([0x48, 0x01]), /first string/],
    ['no sample types', pprofBytes({ types: [], samples: [] }), /names no sample types/],
    [
      'a missing string',
      more({ defaultSampleType: 99 }),
      /^not a pprof profile, or damaged: string 99 is named, there are \d+$/,
    ],
    [
      'a missing location',
      more(sample([7], [1, 1])),
      /^not a pprof profile, or damaged: location 7 is named and not there$/,
    ],
    ['the location 0', more(sample([0], [1, 1])), /location 0 is named/],
    [
      'too few values',
      more(sample([], [1])),
      /^not a pprof profile, or damaged: sample 0 has 1 values for 2 sample types$/,
    ],
    [
      'a missing function',
      more({ location: [new Location({ id: 1, line: [{ functionId: 5 }] })], ...sample([1], [1, 1]) }),
      /function 5 is named/,
    ],
    [
      'a missing mapping',
      more({ location: [new Location({ id: 1, mappingId: 5 })], ...sample([1], [1, 1]) }),
      /mapping 5 is named/,
    ],
    [
      'a location twice',
      more({ location: [new Location({ id: 1 }), new Location({ id: 1 })] }),
      /two locations have the id 1/,
    ],
    [
      'a function without an id',
      more({ function: [new FunctionMessage({ startLine: 1 })] }),
      /a function has no id/,
    ],
  ])('%s', (_, bytes, message) => {
    let error: unknown
    try {
      readPprof(bytes)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(PprofError)
    expect(String(error instanceof Error && error.message)).toMatch(message)
    expect(String(error)).not.toContain('\n')
  })
})

describe('what would not fit into memory is refused', () => {
  it.each<[string, () => Uint8Array, RegExp]>([
    [
      'a gzip bomb',
      () => gzipSync(Buffer.alloc(300 * 2 ** 20), { level: 1 }),
      /^it unpacks to more than 256 MiB, which is not read$/,
    ],
    [
      'millions of empty messages',
      () => gzipSync(Buffer.alloc(2 ** 22 + 2, Buffer.from([0x12, 0x00]))),
      /more than 2097152 parts/,
    ],
    [
      'a message of megabytes',
      () => Buffer.concat([Buffer.from([0x12, 0x80, 0x80, 0x80, 0x01]), Buffer.alloc(2 ** 21)]),
      /^not a pprof profile, or damaged: a message has 2097152 bytes$/,
    ],
    ['a location with many lines in a stack that names it often', bomb, /more than 16777216 frames/],
  ])(
    '%s',
    (_, bytes, message) => {
      expect(() => readPprof(bytes())).toThrow(message)
    },
    SLOW,
  )

  it('as small as the caller wants it', () => {
    expect(() => readPprof(HEAP, { maxBytes: 100 })).toThrow(/more than 0 MiB/)
    expect(() => readPprof(gzipSync(HEAP), { maxBytes: 100 })).toThrow(PprofError)
  })
})

/** A small pprof that expands: 1,000 lines times 100,000 frames from some 100 KB. */
function bomb(): Uint8Array {
  const line = Array.from({ length: 1_000 }, () => new Line({ line: 1 }))
  const locationId = new Array<number>(100_000).fill(1)
  return pprofBytes({
    samples: [],
    more: () => ({
      location: [new Location({ id: 1, line })],
      sample: [new Sample({ locationId, value: [1, 1] })],
    }),
  })
}
