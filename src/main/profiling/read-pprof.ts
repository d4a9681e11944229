import { decodePprof, type RawProfile } from './decode-pprof'
import { damaged, PprofError } from './pprof-error'
import { asNumber, lookUp, type Numeric } from './pprof-references'
import type { Profile, SampleType, Stack } from './profile'
import { StackBuilder } from './stack-builder'
import { unpack } from './unpack'

export { PprofError } from './pprof-error'

/** Largest profile accepted, in bytes, unpacked. */
const MAX_UNPACKED_BYTES = 256 * 2 ** 20
const NANOSECONDS_PER_MS = 1e6
/** The last moment that a Date can hold, in milliseconds. */
const MAX_TIME = 8.64e15

/**
 * Reads a pprof, gzip or plain, of any profiler: V8's, dd-trace's, Go's, one converted from perf, ...
 * @param maxBytes rejects what unpacks to more; at most several times that is used in memory
 * @throws {PprofError} if it is not a pprof, or damaged
 */
export function readPprof(file: Uint8Array, { maxBytes = MAX_UNPACKED_BYTES } = {}): Profile {
  const raw = decodePprof(unpack(file, maxBytes))
  const { profile, strings } = raw
  // Every writer begins with it; Go's reader rejects a file that does not.
  if (strings[0] !== '') throw new PprofError('it is not a pprof: its first string is not the empty one')
  const sampleTypes = (profile.sampleType ?? []).map((type) => sampleType(type, strings))
  if (sampleTypes.length === 0) throw new PprofError('it is not a pprof: it names no sample types')
  const time = asNumber(profile.timeNanos ?? 0) / NANOSECONDS_PER_MS
  const durationMs = asNumber(profile.durationNanos ?? 0) / NANOSECONDS_PER_MS
  return {
    sampleTypes,
    defaultType: defaultType(sampleTypes, lookUp(strings, profile.defaultSampleType ?? 0, 'string')),
    period: period(raw),
    time: time > 0 && time <= MAX_TIME ? time : null,
    durationMs: durationMs > 0 ? durationMs : null,
    stacks: readStacks(raw, sampleTypes),
  }
}

function readStacks(raw: RawProfile, sampleTypes: readonly SampleType[]): Stack[] {
  const builder = new StackBuilder(raw, sampleTypes)
  return (raw.profile.sample ?? []).map(({ locationId = [], value = [] }, index) => {
    if (value.length !== sampleTypes.length) {
      throw damaged(`sample ${index} has ${value.length} values for ${sampleTypes.length} sample types`)
    }
    return { frames: builder.frames(locationId), values: value.map(asNumber) }
  })
}

function sampleType({ type = 0, unit = 0 }: { type?: Numeric; unit?: Numeric }, strings: readonly string[]) {
  return { type: lookUp(strings, type, 'string'), unit: lookUp(strings, unit, 'string') }
}

function period({ profile, strings }: RawProfile): Profile['period'] {
  const value = asNumber(profile.period ?? 0)
  if (!profile.periodType || value <= 0) return null
  return { value, unit: sampleType(profile.periodType, strings).unit }
}

/**
 * The type that the profile names; otherwise memory in use, as a heap profile is mostly read for that;
 * otherwise the last.
 */
function defaultType(types: readonly SampleType[], named: string): number {
  const index = (wanted: string) => types.findIndex(({ type }) => type === wanted)
  const candidates = [named === '' ? -1 : index(named), index('inuse_space'), types.length - 1]
  return candidates.find((candidate) => candidate >= 0) ?? 0
}
