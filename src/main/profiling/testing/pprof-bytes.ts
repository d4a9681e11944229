import {
  Function as FunctionMessage,
  Line,
  Location,
  Mapping,
  Profile,
  type ProfileInput,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format'

/** Frames as `name file:line`, or a name alone; the leaf first. */
export type FramesText = readonly string[]

export interface PprofParts {
  readonly types?: readonly (readonly [type: string, unit: string])[]
  readonly samples: readonly (readonly [frames: FramesText, ...values: number[]])[]
  readonly more?: (strings: StringTable) => ProfileInput
}

const HEAP_TYPES = [
  ['inuse_objects', 'count'],
  ['inuse_space', 'bytes'],
] as const

/** A plain pprof as `@datadog/pprof` makes them: one location and one function for each frame. */
export function pprofBytes({ types = HEAP_TYPES, samples, more = () => ({}) }: PprofParts): Uint8Array {
  return pprof({ types, samples, more }).encode()
}

export function pprof({ types = HEAP_TYPES, samples, more = () => ({}) }: PprofParts): Profile {
  const strings = new StringTable()
  const locations = new Map<string, Location>()
  const functions: FunctionMessage[] = []
  const locate = (text: string) => {
    const known = locations.get(text)
    if (known) return known
    const [, name = '', file = '', line = '0'] = /^([\s\S]*?)(?: (\S+):(\d+))?$/.exec(text) ?? []
    const id = locations.size + 1
    functions.push(new FunctionMessage({ id, name: strings.dedup(name), filename: strings.dedup(file) }))
    const added = new Location({ id, line: [new Line({ functionId: id, line: Number(line) })] })
    locations.set(text, added)
    return added
  }
  const sample = samples.map(
    ([frames, ...value]) => new Sample({ locationId: frames.map((text) => locate(text).id), value }),
  )
  const sampleType = types.map(
    ([type, unit]) => new ValueType({ type: strings.dedup(type), unit: strings.dedup(unit) }),
  )
  return new Profile({
    sampleType,
    sample,
    location: [...locations.values()],
    function: functions,
    stringTable: strings,
    ...more(strings),
  })
}

/** A pprof without symbols: two addresses in a library, one nowhere. */
export function unsymbolisedBytes(): Uint8Array {
  return pprofBytes({
    types: [['samples', 'count']],
    samples: [],
    more: (strings) => ({
      mapping: [new Mapping({ id: 1, filename: strings.dedup('/usr/lib/libc.so.6') })],
      location: [
        new Location({ id: 1, mappingId: 1, address: 0x1000 }),
        new Location({ id: 2, mappingId: 1, address: 0x2000 }),
        new Location({ id: 3, address: 0x7fff_ffff_f000n }),
      ],
      sample: [
        new Sample({ locationId: [1, 3], value: [3] }),
        new Sample({ locationId: [2, 3], value: [4] }),
        new Sample({ locationId: [3], value: [1] }),
      ],
    }),
  })
}
