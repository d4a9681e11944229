import { describe, expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import type { EngineMemory } from '../../../common/protocol/engine-memory'
import { readPprof } from '../../profiling/read-pprof'
import { topAllocators } from '../../profiling/top-allocators'
import {
  describeEngineCulprit,
  encodeEngineMemory,
  engineAllocators,
  NO_FUNCTION,
  withUnseen,
} from './engine-evidence'

const GIB = 2 ** 30
const SAMPLER = { id: '12', type: 'SamplerCustom', pack: 'x' }
const LOADER = { id: '3', type: 'Load', pack: null }
const DECODE = { function: 'decode', file: '/studio/custom_nodes/x/vae.py', line: 210 }

const MEMORY: EngineMemory = {
  at: 1_000,
  pid: 42,
  residentBytes: 20 * GIB,
  gpu: null,
  job: { id: 'job-1', peakBytes: 20.5 * GIB, growthBytes: 18 * GIB },
  node: SAMPLER,
  places: [
    { bytes: 18 * GIB, node: SAMPLER, place: DECODE },
    { bytes: GIB, node: LOADER, place: null },
  ],
}

/** A death of the moment that the memory was told in. */
const NOW = { at: 1_400, toldAt: 1_000 }

describe('who took the memory of an engine', () => {
  it('is named with node, pack, function and line', () => {
    expect(describeEngineCulprit(MEMORY, 20.2 * GIB, NOW)).toEqual([
      'SamplerCustom (node 12) of pack x added 18 GiB of 20 GiB, in decode (/studio/custom_nodes/x/vae.py:210)',
      'the engine held 20.5 GiB at most while the job ran',
    ])
  })

  it('is a node whose functions together took it', () => {
    const places = [
      { bytes: 10 * GIB, node: SAMPLER, place: DECODE },
      { bytes: 6 * GIB, node: SAMPLER, place: { ...DECODE, function: 'encode' } },
    ]
    expect(describeEngineCulprit({ ...MEMORY, places }, null, NOW)[0]).toBe(
      'SamplerCustom (node 12) of pack x added 16 GiB of 20 GiB, 10 GiB in decode (/studio/custom_nodes/x/vae.py:210)',
    )
  })

  it.each([
    ['the node holds little of the engine', { ...MEMORY, residentBytes: 60 * GIB }, null],
    ['the engine holds little of all', MEMORY, 60 * GIB],
    ['no place is known', { ...MEMORY, places: [] }, null],
    ['nothing is known', { ...MEMORY, residentBytes: null, places: [] }, null],
  ])('is not named where %s', (_what, memory, tree) => {
    expect(describeEngineCulprit(memory, tree, NOW).join()).not.toContain('added')
  })

  it('is not told of a job that did not run', () => {
    expect(describeEngineCulprit({ ...MEMORY, job: null }, null, NOW).join()).not.toContain('job')
  })

  it('has the GPU’s memory beside it where torch has some', () => {
    const gpu = { allocatedBytes: 2 * GIB, reservedBytes: 3 * GIB, peakBytes: 4 * GIB }
    expect(describeEngineCulprit({ ...MEMORY, gpu }, null, NOW).at(-1)).toBe(
      'on the GPU torch held 2 GiB and had reserved 3 GiB, at most it held 4 GiB',
    )
    expect(describeEngineCulprit(MEMORY, null, NOW).join()).not.toContain('GPU')
  })

  it('says how old a reading is that is not of that moment', () => {
    const gpu = { allocatedBytes: 2 * GIB, reservedBytes: 3 * GIB, peakBytes: 4 * GIB }
    fc.assert(
      fc.property(fc.nat(60_000), fc.nat(60_000), (sinceReading, sinceTold) => {
        const at = 1_000 + sinceReading
        const [added, , onGpu] = describeEngineCulprit({ ...MEMORY, gpu }, null, {
          at,
          toldAt: at - sinceTold,
        })
        expect(added?.includes('before the end')).toBe(sinceReading > 1_000)
        expect(onGpu?.includes('before the end')).toBe(sinceTold > 1_000)
      }),
    )
  })

  it('has shares of the engine’s resident set', () => {
    expect(engineAllocators(MEMORY)).toMatchObject([
      { function: 'decode', line: 210, bytes: 18 * GIB, share: 0.9, node: SAMPLER },
      { function: NO_FUNCTION, file: '', line: 0, share: 0.05, node: LOADER },
    ])
  })
})

describe('what came while Python said nothing', () => {
  it('is the running node’s, without a function', () => {
    const seen = withUnseen(MEMORY, { at: 2_000, rssBytes: 30 * GIB })
    expect(seen).toMatchObject({ at: 2_000, residentBytes: 30 * GIB, job: { peakBytes: 30 * GIB } })
    expect(seen.places[1]).toEqual({ bytes: 10 * GIB, node: SAMPLER, place: null })
  })

  it('is nobody’s where no node runs', () => {
    expect(withUnseen({ ...MEMORY, node: null }, { at: 2_000, rssBytes: 30 * GIB }).places).toEqual(
      MEMORY.places,
    )
  })

  it.each([
    ['an older reading', { at: 900, rssBytes: 30 * GIB }],
    ['little more', { at: 2_000, rssBytes: 20.1 * GIB }],
    ['less', { at: 2_000, rssBytes: 10 * GIB }],
    ['no reading', null],
  ])('is not made of %s', (_what, reading) => {
    expect(withUnseen(MEMORY, reading)).toBe(MEMORY)
  })
})

it('the profile for `top` has the figures of the incident', () => {
  const profile = readPprof(encodeEngineMemory(MEMORY) ?? Buffer.alloc(0))
  const [first] = topAllocators(profile)
  expect(first).toMatchObject({ function: 'decode', file: DECODE.file, line: 210, bytes: 18 * GIB })
  expect(first?.share).toBeCloseTo(0.9)
  expect(profile.time).toBe(MEMORY.at)
  expect(profile.stacks[0]?.frames.map(({ function: { name } }) => name)).toEqual([
    'decode',
    'SamplerCustom (node 12) of pack x',
  ])
})
