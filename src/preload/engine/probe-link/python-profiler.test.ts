import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../../testing/program/program'
import type { ProfileSet } from '../../../common/protocol/profile-set'
import { ProfileFiles } from '../../profiler/profile-files'
import type { ProbeMessageOf } from './messages'
import { parseProbeMessage } from './messages'
import { ProfiledSpans } from './profiled-spans'
import { PythonProfiler } from './python-profiler'

const MIB = 2 ** 20
const EVENT = { family: 'python', version: '4', tags_profiler: 'language:python' }
const FRAMES = [
  ['VAE.decode', '/studio/custom_nodes/x/vae.py', 210],
  ['Sampler.run', '/studio/nodes.py', 12],
] as const

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 })
})
afterEach(() => {
  vi.useRealTimers()
})

type Stack = readonly [
  frames: number[],
  times: number,
  ms: number,
  growth: number,
  owner: readonly [number, string] | null,
]

/** A message in the probe's form. */
function told(
  stacks: readonly Stack[],
  { ddtrace = false, began = Date.now() } = {},
): ProbeMessageOf<'profile'> {
  const owners = stacks.flatMap(([, , , , owner]) => (owner ? [owner] : []))
  const line = JSON.stringify({
    type: 'profile',
    at: began + 10_000,
    began,
    hertz: 100,
    thread: { id: 140_671_427_008_192, native: 77, name: 'prompt_worker' },
    ddtrace,
    frames: FRAMES,
    owners,
    stacks: stacks.map(([frames, times, ms, growth, owner]) => [
      frames,
      times,
      ms,
      growth,
      owner && owners.indexOf(owner),
    ]),
  })
  const message = parseProbeMessage(line)
  if (message?.type !== 'profile') throw new Error(`it is no profile: ${line}`)
  return message
}

function profiler(folder = temporaryFolder()) {
  const files = new ProfileFiles(folder, '20261130T200000Z-42', EVENT)
  const sets: ProfileSet[] = []
  const lines: string[] = []
  const spans = new ProfiledSpans()
  const profiler = new PythonProfiler({
    files: () => ({
      write: (...set) => {
        const written = files.write(...set)
        sets.push(written)
        return written
      },
    }),
    spans,
    periodMs: 65_000,
    written: () => {},
    say: (line) => lines.push(line),
    now: Date.now,
  })
  const read = (set: ProfileSet | undefined) => rows(readFileSync(join(folder, set?.files.profile ?? '')))
  return { profiler, spans, sets, lines, read }
}

function rows(file: Uint8Array) {
  const {
    sample,
    location,
    function: functions,
    stringTable,
    sampleType,
  } = Profile.decode(new Uint8Array(gunzipSync(file)))
  const text = (index: number | bigint) => stringTable.strings[Number(index)] ?? ''
  const nameOf = (id: number | bigint) => {
    const line = location[Number(id) - 1]?.line[0]
    return `${text(functions[Number(line?.functionId) - 1]?.name ?? 0)}:${line?.line}`
  }
  return {
    types: sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`),
    samples: sample.map(({ locationId, value, label }) => ({
      frames: locationId.map(nameOf),
      values: value.map(Number),
      labels: Object.fromEntries(
        label.map(({ key, str, num }) => [text(key), Number(str) > 0 ? text(str) : Number(num)]),
      ),
    })),
  }
}

describe('the profiles of the engine', () => {
  it('have the time and the memory of each place, in ddtrace’s types and labels', () => {
    const { profiler: one, sets, read } = profiler()
    one.take(
      told([
        [[0, 1], 3, 31.5, 8 * MIB, [1, '12']],
        [[1], 1, 10, 0, null],
      ]),
    )
    one.take(told([[[0, 1], 2, 20, -3 * MIB, [1, '12']]]))
    vi.advanceTimersByTime(65_000)
    expect(sets).toMatchObject([
      {
        kind: 'periodic',
        seq: 0,
        start: new Date(1_000_000).toISOString(),
        end: new Date(1_065_000).toISOString(),
        files: { wall: null, space: null },
        event: EVENT,
      },
    ])
    const thread = {
      'thread id': 140_671_427_008_192,
      'thread native id': 77,
      'thread name': 'prompt_worker',
    }
    expect(read(sets[0])).toEqual({
      types: ['wall-time/nanoseconds', 'wall-samples/count', 'heap-space/bytes'],
      samples: [
        { frames: ['VAE.decode:210', 'Sampler.run:12'], values: [51_500_000, 5, 0], labels: thread },
        { frames: ['Sampler.run:12'], values: [10_000_000, 1, 0], labels: thread },
        { frames: ['VAE.decode:210', 'Sampler.run:12'], values: [0, 0, 5 * MIB], labels: thread },
      ],
    })
  })

  it('go on with what is held, and begin anew with the time', () => {
    const { profiler: one, sets, read } = profiler()
    one.take(told([[[0, 1], 1, 10, 8 * MIB, null]]))
    vi.advanceTimersByTime(65_000)
    // Nothing ran, so nothing is said.
    vi.advanceTimersByTime(650_000)
    expect(sets).toHaveLength(1)
    // Between two jobs the engine freed some.
    one.take(
      told([
        [[], 0, 0, -6 * MIB, null],
        [[1], 1, 10, 0, null],
      ]),
    )
    vi.advanceTimersByTime(65_000)
    expect(read(sets[1]).samples.map(({ frames, values }) => [frames[0], values])).toEqual([
      ['Sampler.run:12', [10_000_000, 1, 0]],
      ['VAE.decode:210', [0, 0, 2 * MIB]],
    ])
    one.restarted()
    one.take(told([[[1], 1, 10, 0, null]]))
    one.finish()
    expect(sets[2]?.kind).toBe('on_shutdown')
    expect(read(sets[2]).samples).toHaveLength(1)
  })

  it('end with what has not been written, once', () => {
    const { profiler: one, sets } = profiler()
    one.take(told([[[0], 1, 10, 0, null]]))
    one.finish()
    one.finish()
    vi.advanceTimersByTime(100_000)
    expect(sets.map(({ kind }) => kind)).toEqual(['on_shutdown'])
  })

  it('stay on this machine where ddtrace profiles the engine as well', () => {
    const { profiler: one, sets } = profiler()
    one.take(told([[[0], 1, 10, 0, null]], { ddtrace: true }))
    vi.advanceTimersByTime(65_000)
    one.take(told([[[0], 1, 10, 0, null]], { ddtrace: true }))
    one.finish()
    expect(sets.map(({ kind }) => kind)).toEqual(['local', 'local'])
  })

  it('are given up with one line on a disk that takes none', () => {
    const { profiler: one, lines } = profiler('/dev/null/profiles')
    for (let n = 0; n < 3; n++) {
      one.take(told([[[0], 1, 10, 0, null]]))
      vi.advanceTimersByTime(65_000)
    }
    expect(lines).toEqual([expect.stringMatching(/^a profile of the engine could not be written: ENOTDIR/)])
  })

  it('leave out frames that are not there', () => {
    const { profiler: one, sets, read } = profiler()
    one.take(
      told([
        [[0, 9, 1], 1, 10, 0, null],
        [[7], 1, 10, 5, null],
      ]),
    )
    one.finish()
    expect(read(sets[0]).samples.map(({ frames }) => frames)).toEqual([['VAE.decode:210', 'Sampler.run:12']])
  })
})
