import {
  Function as FunctionMessage,
  Line,
  Location,
  type LocationInput,
  Mapping,
  Profile,
  type ProfileInput,
  Sample,
  type SampleInput,
  ValueType,
} from 'pprof-format'
import { damaged, tooMuch } from './pprof-error'
import { checkVarints, eachField, LENGTH_DELIMITED, VARINT } from './pprof-wire'

/** Most messages: a small file may hold millions of tiny ones, and their memory is bounded too. */
const MAX_MESSAGES = 2 ** 21
/** Largest message other than a string, in bytes; a stack of 100,000 frames takes no more. */
const MAX_MESSAGE_BYTES = 2 ** 20
/** Most frames of all stacks together. */
export const MAX_FRAMES = 2 ** 24

/** A pprof's messages, each well-formed; references are not checked. Labels are left out. */
export interface RawProfile {
  readonly profile: Readonly<Omit<ProfileInput, 'stringTable'>>
  readonly strings: readonly string[]
}

/** The field numbers of profile.proto. Source: github.com/google/pprof/blob/main/proto/profile.proto. */
const FIELD = { sample: 2, mapping: 3, location: 4, function: 5, string: 6, periodType: 11 } as const
const SAMPLE_TYPE = 1
const NUMBERS: ReadonlySet<number> = new Set([9, 10, 12, 14])
const SAMPLE_LISTS: ReadonlySet<number> = new Set([1, 2])
const LOCATION_LINE = 4

/**
 * Decodes a pprof, message by message: it is never in memory twice as a whole, and `pprof-format` sees only
 * checked bytes.
 * @throws {PprofError}
 */
export function decodePprof(bytes: Uint8Array): RawProfile {
  const profile = {
    sampleType: [],
    sample: [],
    mapping: [],
    location: [],
    function: [],
  } satisfies ProfileInput
  const filled: Required<Pick<ProfileInput, keyof typeof profile>> & ProfileInput = profile
  const strings: string[] = []
  const count = { messages: 0, frames: 0 }
  eachField(bytes, (field, wireType, value) => {
    count.messages += 1
    if (count.messages > MAX_MESSAGES) throw tooMuch(MAX_MESSAGES, 'parts')
    if (NUMBERS.has(field)) {
      expect(field, wireType, VARINT)
      Profile.decodeValue(filled, field, value)
      return
    }
    if (field !== SAMPLE_TYPE && !Object.values(FIELD).some((known) => known === field)) return
    expect(field, wireType, LENGTH_DELIMITED)
    if (field === FIELD.string) {
      strings.push(utf8(value))
      return
    }
    if (value.length > MAX_MESSAGE_BYTES) throw damaged(`a message has ${value.length} bytes`)
    if (field === FIELD.sample) {
      const sample = decodeSample(value)
      count.frames += (sample.locationId?.length ?? 0) + (sample.value?.length ?? 0)
      if (count.frames > MAX_FRAMES) throw tooMuch(MAX_FRAMES, 'frames')
      filled.sample.push(sample)
    } else if (field === FIELD.location) {
      const location = decodeLocation(value)
      count.messages += location.line?.length ?? 0
      filled.location.push(location)
    } else if (field === FIELD.function) filled.function.push(decodeNumbers(FunctionMessage, 5, value))
    else if (field === FIELD.mapping) filled.mapping.push(decodeNumbers(Mapping, 10, value))
    else if (field === SAMPLE_TYPE) filled.sampleType.push(decodeNumbers(ValueType, 2, value))
    else filled.periodType = decodeNumbers(ValueType, 2, value)
  })
  return { profile: filled, strings }
}

function decodeSample(bytes: Uint8Array): SampleInput {
  const sample: SampleInput = {}
  eachField(bytes, (field, wireType, value) => {
    if (!SAMPLE_LISTS.has(field)) return
    // One number per field, or all in one: both encodings are valid.
    if (wireType !== VARINT) expect(field, wireType, LENGTH_DELIMITED)
    checkVarints(value)
    Sample.decodeValue(sample, field, value)
  })
  return sample
}

function decodeLocation(bytes: Uint8Array): LocationInput {
  const lines: NonNullable<LocationInput['line']> = []
  const location: LocationInput = { line: lines }
  eachField(bytes, (field, wireType, value) => {
    if (field > 5) return
    expect(field, wireType, field === LOCATION_LINE ? LENGTH_DELIMITED : VARINT)
    if (field === LOCATION_LINE) lines.push(decodeNumbers(Line, 3, value))
    else Location.decodeValue(location, field, value)
  })
  return location
}

/** Decodes a message whose fields from 1 to `last` are numbers; newer fields are left out. */
function decodeNumbers<T extends object>(
  message: { decodeValue(data: Partial<T>, field: number, value: Uint8Array): void },
  last: number,
  bytes: Uint8Array,
): Partial<T> {
  const data: Partial<T> = {}
  eachField(bytes, (field, wireType, value) => {
    if (field > last) return
    expect(field, wireType, VARINT)
    message.decodeValue(data, field, value)
  })
  return data
}

function expect(field: number, wireType: number, expected: number): void {
  if (wireType !== expected) throw damaged(`field ${field} has the wire type ${wireType}`)
}

function utf8(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}
