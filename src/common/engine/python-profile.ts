import { gzipSync } from 'node:zlib'
import {
  Function as FunctionMessage,
  type LabelInput,
  Line,
  Location,
  Profile,
  type SampleInput,
  StringTable,
  ValueType,
} from 'pprof-format'
import type { PythonFrame } from './python-stack'

const NANOSECONDS_PER_MS = 1e6

export interface PythonSample {
  /** From the innermost to the outermost; one alone where only the place is known. */
  readonly frames: readonly PythonFrame[]
  /** One for each of the profile's types, whole numbers. */
  readonly values: readonly number[]
  /** Under ddtrace's names, such as `thread name`. Numbers stay numbers: ids of spans need all of their 64 bits. */
  readonly labels?: Readonly<Record<string, string | number | bigint>>
}

export interface PythonProfile {
  /** The type and unit of each value, such as `['heap-space', 'bytes']`. */
  readonly types: readonly (readonly [type: string, unit: string])[]
  /** The type that readers show first; the last one if not said. */
  readonly shown?: string
  readonly samples: readonly PythonSample[]
  /** When it began, in milliseconds since the epoch. */
  readonly at: number
  /** 0 for a moment. */
  readonly durationMs: number
}

/** A gzipped pprof of places in Python's code, as `top` and Datadog read it. */
export function encodePythonProfile({ types, shown, samples, at, durationMs }: PythonProfile): Buffer {
  const strings = new StringTable()
  const code = new CodeTable(strings)
  const [last] = types.slice(-1)
  const profile = new Profile({
    sampleType: types.map(
      ([type, unit]) => new ValueType({ type: strings.dedup(type), unit: strings.dedup(unit) }),
    ),
    sample: samples.map(
      ({ frames, values, labels = {} }): SampleInput => ({
        locationId: frames.map((frame) => code.locate(frame)),
        value: [...values],
        label: Object.entries(labels).map(
          ([key, value]): LabelInput => ({
            key: strings.dedup(key),
            ...(typeof value === 'string' ? { str: strings.dedup(value) } : { num: value }),
          }),
        ),
      }),
    ),
    location: code.locations,
    function: code.functions,
    timeNanos: BigInt(Math.round(at)) * BigInt(NANOSECONDS_PER_MS),
    durationNanos: BigInt(Math.round(durationMs)) * BigInt(NANOSECONDS_PER_MS),
    defaultSampleType: strings.dedup(shown ?? last?.[0] ?? ''),
    stringTable: strings,
  })
  return gzipSync(profile.encode())
}

/** Each function, and each line of it, once. */
class CodeTable {
  readonly locations: Location[] = []
  readonly functions: FunctionMessage[] = []
  readonly #strings: StringTable
  readonly #locationIds = new Map<string, number>()
  readonly #functionIds = new Map<string, number>()

  constructor(strings: StringTable) {
    this.#strings = strings
  }

  locate({ function: name, file, line: lineOrNull }: PythonFrame): number {
    const line = lineOrNull ?? 0
    const key = `${name}\0${file}`
    const functionId = this.#functionIds.get(key) ?? this.#addFunction(key, name, file)
    const place = `${functionId}:${line}`
    const known = this.#locationIds.get(place)
    if (known !== undefined) return known
    const id = this.locations.length + 1
    this.#locationIds.set(place, id)
    this.locations.push(new Location({ id, line: [new Line({ functionId, line })] }))
    return id
  }

  #addFunction(key: string, name: string, file: string): number {
    const id = this.functions.length + 1
    this.#functionIds.set(key, id)
    const [nameId, filename] = [this.#strings.dedup(name), this.#strings.dedup(file)]
    this.functions.push(new FunctionMessage({ id, name: nameId, filename }))
    return id
  }
}
