import type { FunctionInput, LocationInput, MappingInput } from 'pprof-format'
import { MAX_FRAMES, type RawProfile } from './decode-pprof'
import { tooMuch } from './pprof-error'
import { asNumber, byId, lookUp, type Numeric, resolve } from './pprof-references'
import type { Frame, ProfiledFunction, SampleType } from './profile'

/** Bits of the line: dd-trace packs a column into the bits above, for frames whose source map is missing. */
const LINE_BITS = 32

/** Resolves location ids. The same place is always the same object. */
export class StackBuilder {
  readonly #strings: readonly string[]
  readonly #locations: ReadonlyMap<bigint, LocationInput>
  readonly #functions: ReadonlyMap<bigint, FunctionInput>
  readonly #mappings: ReadonlyMap<bigint, MappingInput>
  readonly #linesTellNamesakesApart: boolean
  readonly #known = new Map<string, ProfiledFunction>()
  readonly #framesOf = new Map<Numeric, readonly Frame[]>()
  #count = 0

  /** @throws {PprofError} */
  constructor({ profile, strings }: RawProfile, sampleTypes: readonly SampleType[]) {
    this.#strings = strings
    this.#locations = byId(profile.location ?? [], 'location')
    this.#functions = byId(profile.function ?? [], 'function')
    this.#mappings = byId(profile.mapping ?? [], 'mapping')
    // V8's heap profiler gives a function's first line, others the line that ran.
    this.#linesTellNamesakesApart =
      this.#mappings.size === 0 && sampleTypes.some(({ type }) => type === 'inuse_space')
  }

  /** @throws {PprofError} */
  frames(locationIds: readonly Numeric[]): readonly Frame[] {
    const frames: Frame[] = []
    for (const id of locationIds) {
      const here = this.#at(id)
      this.#count += here.length
      if (this.#count > MAX_FRAMES) throw tooMuch(MAX_FRAMES, 'frames')
      for (const frame of here) frames.push(frame)
    }
    return frames
  }

  #at(id: Numeric): readonly Frame[] {
    const known = this.#framesOf.get(id)
    if (known) return known
    const location = resolve(this.#locations, id, 'location')
    const lines = location.line ?? []
    // With several lines, an inlined function comes before the one it was inlined into.
    const frames = lines.map(({ functionId = 0, line = 0 }) =>
      functionId === 0 ? this.#unnamed(location) : this.#named(functionId, line),
    )
    const resolved = frames.length > 0 ? frames : [this.#unnamed(location)]
    this.#framesOf.set(id, resolved)
    return resolved
  }

  #named(functionId: Numeric, packedLine: Numeric): Frame {
    const message = resolve(this.#functions, functionId, 'function')
    const { name = 0, systemName = 0, filename = 0, startLine = 0 } = message
    const text = this.#string(name) || this.#string(systemName)
    const file = this.#string(filename)
    const line = Number(BigInt.asUintN(LINE_BITS, BigInt(packedLine)))
    const tellsApart = this.#linesTellNamesakesApart || text === ''
    const begin = startLine !== 0 ? asNumber(startLine) : tellsApart ? line : 0
    return { function: this.#once(text, file, begin), line }
  }

  /**
   * The frame without symbols: all of a binary counts as one function; without a binary each address does.
   */
  #unnamed({ mappingId = 0, address = 0 }: LocationInput): Frame {
    const { filename = 0 } = mappingId === 0 ? {} : resolve(this.#mappings, mappingId, 'mapping')
    const file = this.#string(filename)
    const name = file === '' ? `0x${address.toString(16)}` : `[${file.split(/[\\/]/).at(-1)}]`
    return { function: this.#once(name, file, 0), line: 0 }
  }

  #once(name: string, file: string, begin: number): ProfiledFunction {
    const key = `${name}\n${file}\n${begin}`
    const known = this.#known.get(key)
    if (known) return known
    const added = { name, file }
    this.#known.set(key, added)
    return added
  }

  #string(index: Numeric): string {
    return lookUp(this.#strings, index, 'string')
  }
}
