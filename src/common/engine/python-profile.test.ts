import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import { expect, it } from 'vitest'
import { encodePythonProfile } from './python-profile'

const DECODE = { function: 'VAE.decode', file: '/studio/vae.py', line: 210 }
const RUN = { function: 'run', file: '/studio/custom_nodes/x/__init__.py', line: 7 }

const decoded = (file: Uint8Array) => Profile.decode(new Uint8Array(gunzipSync(file)))

it('has each function and line once, stacks from the innermost on, and all bits of a label', () => {
  const spanId = 2n ** 63n - 1n
  const profile = decoded(
    encodePythonProfile({
      types: [
        ['wall-time', 'nanoseconds'],
        ['heap-space', 'bytes'],
      ],
      shown: 'wall-time',
      samples: [
        { frames: [DECODE, RUN], values: [10_000_000, 5], labels: { 'thread name': 'w', 'span id': spanId } },
        { frames: [{ ...DECODE, line: 211 }, RUN], values: [20_000_000, 2 ** 40] },
      ],
      at: Date.parse('2026-12-01T10:00:00.000Z'),
      durationMs: 65_000,
    }),
  )
  const text = (index: number | bigint) => profile.stringTable.strings[Number(index)]
  expect(profile.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
    ['wall-time', 'nanoseconds'],
    ['heap-space', 'bytes'],
  ])
  expect(text(profile.defaultSampleType)).toBe('wall-time')
  expect(profile.function.map(({ name, filename }) => [text(name), text(filename)])).toEqual([
    ['VAE.decode', '/studio/vae.py'],
    ['run', '/studio/custom_nodes/x/__init__.py'],
  ])
  expect(profile.location.map(({ line: [line] }) => [line?.functionId, line?.line])).toEqual([
    [1, 210],
    [2, 7],
    [1, 211],
  ])
  expect(profile.sample.map(({ locationId, value }) => [locationId, value.map(Number)])).toEqual([
    [
      [1, 2],
      [10_000_000, 5],
    ],
    [
      [3, 2],
      [20_000_000, 2 ** 40],
    ],
  ])
  expect(profile.sample[0]?.label.map(({ key, str, num }) => [text(key), text(str), BigInt(num)])).toEqual([
    ['thread name', 'w', 0n],
    ['span id', '', spanId],
  ])
  expect([profile.timeNanos, profile.durationNanos].map(Number)).toEqual([1_796_119_200e9, 65e9])
})

it('is a profile without samples too', () => {
  const { sample, sampleType } = decoded(
    encodePythonProfile({ types: [['heap-space', 'bytes']], samples: [], at: 0, durationMs: 0 }),
  )
  expect([sample, sampleType.length]).toEqual([[], 1])
})
