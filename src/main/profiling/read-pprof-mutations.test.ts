import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { times } from '../../../testing/form/form'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { rankFunctions } from './rank'
import { PprofError, readPprof } from './read-pprof'
import { LEAKS } from './testing/leaks'
import { unsymbolisedBytes } from './testing/pprof-bytes'
import { heapProfileOf } from './testing/v8-profile'
import { hotFunctions, hungIn, topAllocators } from './top-allocators'

const MUTATIONS = times(200, 1_000)
/** On a busy machine, in milliseconds. */
const SLOW = 60_000

/** Mulberry32: the same numbers in each run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Replaces, removes, doubles or inserts some bytes, or cuts off the end. */
function mutate(original: Uint8Array, next: () => number): Uint8Array {
  let bytes = Buffer.from(original)
  for (let left = 1 + Math.floor(next() * 4); left > 0; left -= 1) {
    const at = Math.floor(next() * bytes.length)
    const length = 1 + Math.floor(next() * 8)
    const kind = Math.floor(next() * 5)
    if (kind === 0) bytes[at] = Math.floor(next() * 256)
    else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(next() * 8))
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)])
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)])
    else if (next() < 0.2) bytes = bytes.subarray(0, at)
  }
  return bytes
}

const [leak] = LEAKS
if (!leak) throw new Error('no leak')

it.each<[string, () => Uint8Array]>([
  ['V8', () => heapProfileOf(leak.program, temporaryFolder())],
  ['Go, heap', () => goProfile('heap')],
  ['Go, CPU', () => goProfile('cpu')],
  ['no symbols', unsymbolisedBytes],
])(
  'damage of any kind to a profile ends in a result or in one line: %s',
  (_, make) => {
    const packed = make()
    const plain = packed[0] === 0x1f ? gunzipSync(packed) : packed
    const next = random(packed.length)
    const ends = { read: 0, refused: 0 }
    for (let index = 0; index < MUTATIONS; index += 1) {
      for (const original of [plain, packed]) {
        const bytes = mutate(original, next)
        try {
          const profile = readPprof(bytes, { maxBytes: 2 ** 24 })
          for (const type of profile.sampleTypes.keys()) rankFunctions(profile, type)
          for (const culprits of [topAllocators(profile), hotFunctions(profile)]) {
            expect(culprits.every(({ share, line }) => share <= 1 && Number.isSafeInteger(line))).toBe(true)
          }
          hungIn(profile)
          ends.read += 1
        } catch (error) {
          if (!(error instanceof PprofError)) throw error
          expect(error.message).toMatch(/^.{8,200}$/)
          ends.refused += 1
        }
      }
    }
    expect(ends.read).toBeGreaterThan(MUTATIONS / 20)
    expect(ends.refused).toBeGreaterThan(MUTATIONS / 2)
  },
  SLOW,
)

function goProfile(kind: string): Uint8Array {
  return readFileSync(join(__dirname, 'testing', `go-${kind}.pb.gz`))
}
