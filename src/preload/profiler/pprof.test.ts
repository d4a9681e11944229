import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { Profile as Message } from 'pprof-format'
import { describe, expect, it } from 'vitest'
import { GENERATED_CODE, OWN_SCRIPT } from '../../common/protocol/profile-set'
import { readPprof } from '../../main/profiling/read-pprof'
import { encodeCpuProfile, encodeHeapProfile, scriptsOf } from './pprof'

const AS_IT_IS = { mappingInfo: <T>(place: T) => place }
const START = 1_700_000_000_000_000

const callFrame = (functionName: string, url = '/app/a.js', lineNumber = 9, columnNumber = 4) => ({
  functionName,
  scriptId: '7',
  url,
  lineNumber,
  columnNumber,
})

/** A CPU profile: root → main → work, idle beside it. */
const CPU = {
  startMicros: START,
  endMicros: START + 2_000_000,
  profile: {
    startTime: 0,
    endTime: 2_000_000,
    nodes: [
      { id: 1, callFrame: callFrame('(root)', '', -1, -1), children: [2, 4] },
      { id: 2, callFrame: callFrame('main'), hitCount: 20, children: [3] },
      {
        id: 3,
        callFrame: callFrame('work', pathToFileURL('/app/b c.mjs').href, 0, 0),
        hitCount: 60,
        children: [99],
      },
      { id: 4, callFrame: callFrame('(idle)', '', -1, -1), hitCount: 20 },
    ],
  },
}

const HEAP = {
  samples: [],
  head: {
    callFrame: callFrame('(root)', '', -1, -1),
    selfSize: 0,
    id: 1,
    children: [
      {
        callFrame: callFrame('main'),
        selfSize: 1_000,
        id: 2,
        children: [
          { callFrame: callFrame('', '/app/a.js', 20, 0), selfSize: 5_000_000, id: 3, children: [] },
        ],
      },
    ],
  },
}

const message = (gzipped: Buffer) => Message.decode(gunzipSync(gzipped))
const text = ({ stringTable }: Message, index: unknown) => stringTable.strings[Number(index)] ?? ''

const THREAD = {
  'thread name': 'Main Event Loop',
  'thread id': '0',
  ...(process.platform === 'linux' ? { 'os thread id': String(process.pid) } : {}),
}

it('neither counts nor shows what the profiler had the thread run', () => {
  const nodes = [
    ...CPU.profile.nodes.map((node) => (node.id === 2 ? { ...node, children: [3, 5] } : node)),
    { id: 5, callFrame: callFrame('', OWN_SCRIPT), hitCount: 5, children: [6] },
    { id: 6, callFrame: callFrame('heldByProfiler'), hitCount: 500 },
  ]
  const { stacks } = readPprof(encodeCpuProfile({ ...CPU, profile: { ...CPU.profile, nodes } }, AS_IT_IS))
  expect(stacks.reduce((sum, { values }) => sum + (values[0] ?? 0), 0)).toBe(80)
  expect(stacks.flatMap(({ frames }) => frames.map((frame) => frame.function.name))).not.toContain(
    'heldByProfiler',
  )
})

it('names the functions of generated code, which have no file', () => {
  const generated = { ...callFrame('made', '', 3, 0), scriptId: '9' }
  const native = { ...callFrame('split', '', -1, -1), scriptId: '0' }
  const child = (frame: ReturnType<typeof callFrame>) => ({
    callFrame: frame,
    selfSize: 10,
    id: 9,
    children: [],
  })
  const head = { ...HEAP.head, children: [child(generated), child(native)] }
  const files = readPprof(encodeHeapProfile({ ...HEAP, head }, 0, AS_IT_IS)).stacks.map(
    ({ frames: [leaf] }) => [leaf?.function.name, leaf?.function.file],
  )
  expect(new Map(files as [string, string][])).toEqual(
    new Map([
      ['made', GENERATED_CODE],
      ['split', ''],
    ]),
  )
})

describe('a CPU profile', () => {
  const encoded = encodeCpuProfile(CPU, AS_IT_IS)

  it('has the sample types, the units and the time of dd-trace', () => {
    const profile = readPprof(encoded)
    expect(profile.sampleTypes).toEqual([
      { type: 'sample', unit: 'count' },
      { type: 'wall', unit: 'nanoseconds' },
    ])
    expect(profile.durationMs).toBe(2_000)
    // The time of writing, as in dd-trace: the event has its start and end.
    expect(Date.now() - (profile.time ?? 0)).toBeLessThan(60_000)
    expect(profile.period?.unit).toBe('nanoseconds')
  })

  it('counts what V8 counted at the mean interval, and leaves out what was idle', () => {
    const { stacks, period } = readPprof(encoded)
    const total = (type: number) => stacks.reduce((sum, { values }) => sum + (values[type] ?? 0), 0)
    expect(total(0)).toBe(80)
    expect(total(1)).toBe(1_600_000_000)
    // 100 samples in 2 s: every 20 ms, whatever interval was asked for.
    expect(period?.value).toBe(20_000_000)
  })

  it('has its stacks leaf first, files without file://, lines from 1', () => {
    const { stacks } = readPprof(encoded)
    const work = stacks.find(({ frames }) => frames[0]?.function.name === 'work')
    expect(work?.values[0]).toBe(60)
    const frames = work?.frames.map(({ function: { name, file }, line }) => [name, file, line])
    expect(frames).toEqual([
      ['work', '/app/b c.mjs', 1],
      ['main', '/app/a.js', 10],
    ])
  })

  it('labels its samples with the thread as dd-trace does', () => {
    const decoded = message(encoded)
    const labels = decoded.sample.map(({ label }) =>
      Object.fromEntries(label.map(({ key, str }) => [text(decoded, key), text(decoded, str)])),
    )
    expect(labels.length).toBeGreaterThan(0)
    for (const label of labels) expect(label).toEqual(THREAD)
  })

  it('gives each sample its time where that is wanted, as dd-trace does, and none to a thread that waits', () => {
    const samples = [4, 2, 3, 3, 4, 3]
    const timeDeltas = [1_000, 10_000, 10_000, 10_000, 10_000, 10_000]
    const hits = [0, 1, 3, 2]
    const nodes = CPU.profile.nodes.map((node, at) => ({ ...node, hitCount: hits[at] ?? 0 }))
    const timed = encodeCpuProfile(
      { ...CPU, profile: { ...CPU.profile, nodes, samples, timeDeltas } },
      AS_IT_IS,
      true,
    )
    const decoded = message(timed)
    const times = decoded.sample.map(({ label, value }) => {
      const time = label.find(({ key }) => text(decoded, key) === 'end_timestamp_ns')
      return [BigInt(time?.num ?? 0), Number(value[0])]
    })
    const at = (micros: number) => BigInt(START + micros) * 1_000n
    expect(times.toSorted()).toEqual([
      [at(11_000), 1],
      [at(21_000), 1],
      [at(31_000), 1],
      [at(51_000), 1],
    ])
    expect(decoded.sample.every(({ label }) => label.length === Object.keys(THREAD).length + 1)).toBe(true)
    // A reader sees the same as without.
    const { stacks } = readPprof(timed)
    const work = stacks.filter(({ frames }) => frames[0]?.function.name === 'work')
    expect(work.reduce((sum, { values }) => sum + (values[0] ?? 0), 0)).toBe(3)
  })

  it('weighs each sample alike, however many of them V8 has counted', () => {
    const samples = [2, 3, 3, 3, 4, 3]
    const timeDeltas = samples.map(() => 10_000)
    const hits = [0, 1, 1, 0]
    const nodes = CPU.profile.nodes.map((node, at) => ({ ...node, hitCount: hits[at] ?? 0 }))
    const profile = { ...CPU.profile, nodes, samples, timeDeltas }
    const { stacks } = readPprof(encodeCpuProfile({ ...CPU, profile }, AS_IT_IS, true))
    expect(stacks.flatMap(({ values }) => values).filter((value) => value === 0)).toEqual([])
    const work = stacks.filter(({ frames }) => frames[0]?.function.name === 'work')
    expect(work.reduce((sum, { values }) => sum + (values[0] ?? 0), 0)).toBe(4)
  })

  it('without a root is refused', () => {
    expect(() => encodeCpuProfile({ ...CPU, profile: { ...CPU.profile, nodes: [] } }, AS_IT_IS)).toThrow(
      'without a root',
    )
  })

  it('without a sample is a profile all the same', () => {
    const [root] = CPU.profile.nodes
    const nodes = root ? [{ ...root, children: [] }] : []
    const empty = readPprof(encodeCpuProfile({ ...CPU, profile: { ...CPU.profile, nodes } }, AS_IT_IS))
    expect(empty.stacks).toEqual([])
  })
})

describe('a heap profile', () => {
  const encoded = encodeHeapProfile(HEAP, 1_700_000_000_123, AS_IT_IS)

  it('has the sample types, the units and the time of dd-trace', () => {
    const profile = readPprof(encoded)
    expect(profile.sampleTypes).toEqual([
      { type: 'inuse_objects', unit: 'count' },
      { type: 'inuse_space', unit: 'bytes' },
    ])
    expect(profile.period).toEqual({ value: 524_288, unit: 'bytes' })
    expect(profile.time).toBe(1_700_000_000_123)
  })

  it('has the bytes of each stack, and none where nothing was allocated', () => {
    const { stacks } = readPprof(encoded)
    const found = stacks.map(({ frames, values }) => [frames.map(({ line }) => line), values[1]])
    expect(found).toEqual(
      expect.arrayContaining([
        [[10], 1_000],
        [[21, 10], 5_000_000],
      ]),
    )
    expect(found).toHaveLength(2)
  })

  it('names a function without a name by its line and column, from 1', () => {
    const names = readPprof(encoded).stacks.flatMap(({ frames }) =>
      frames.map((frame) => frame.function.name),
    )
    expect(names).toContain('(anonymous:L#21:C#1)')
  })
})

it('a source map leads the frames of both to their source', () => {
  const mapper = {
    mappingInfo: (place: { file: string; name?: string }) => ({
      file: '/src/a.ts',
      line: 77,
      column: 3,
      name: place.name ?? '',
    }),
  }
  for (const encoded of [encodeCpuProfile(CPU, mapper), encodeHeapProfile(HEAP, 0, mapper)]) {
    const frames = readPprof(encoded).stacks.flatMap((stack) => stack.frames)
    const main = frames.find((frame) => frame.function.name === 'main')
    expect([main?.function.file, main?.line]).toEqual(['/src/a.ts', 77])
  }
})

describe('a frame whose source map is missing', () => {
  const mapper = { mappingInfo: <T>(place: T) => ({ ...place, missingMapFile: true }) }
  const placeOf = (encoded: Buffer) => {
    const { location, comment, function: functions, stringTable } = message(encoded)
    const main = functions.find(({ name }) => stringTable.strings[Number(name)] === 'main')
    const line = location.flatMap((each) => each.line).find(({ functionId }) => functionId === main?.id)
    const comments = comment.map((index) => stringTable.strings[Number(index)])
    return { line: BigInt(line?.line ?? 0), column: Number(line?.column ?? 0), comments }
  }

  it('has its column beside the line in a CPU profile', () => {
    const place = { line: 10n, column: 5, comments: ['dd:has-missing-map-files'] }
    expect(placeOf(encodeCpuProfile(CPU, mapper))).toEqual(place)
    expect(placeOf(encodeCpuProfile(CPU, AS_IT_IS))).toEqual({ line: 10n, column: 0, comments: [] })
  })

  it('has it in the upper half of the line in a heap profile', () => {
    const place = { line: (5n << 32n) | 10n, column: 0, comments: ['dd:has-missing-map-files'] }
    expect(placeOf(encodeHeapProfile(HEAP, 0, mapper))).toEqual(place)
    expect(placeOf(encodeHeapProfile(HEAP, 0, AS_IT_IS))).toEqual({ line: 10n, column: 0, comments: [] })
    const frames = readPprof(encodeHeapProfile(HEAP, 0, mapper)).stacks.flatMap((stack) => stack.frames)
    expect(frames.find((frame) => frame.function.name === 'main')?.line).toBe(10)
  })
})

it('the scripts of both are known, without file:// and what has no file', () => {
  expect([...scriptsOf(CPU.profile)].toSorted()).toEqual(['/app/a.js', '/app/b c.mjs'])
  expect([...scriptsOf(HEAP)]).toEqual(['/app/a.js'])
})
