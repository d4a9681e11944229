import { describe, expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { MemoryBook } from './memory-book'
import { type ProbeMessage, parseProbeMessage } from './messages'

const MIB = 2 ** 20
const GIB = 2 ** 30

function message(of: object): ProbeMessage {
  const parsed = parseProbeMessage(JSON.stringify({ at: 1, ...of }))
  if (!parsed) throw new Error(`no message of the probe's: ${JSON.stringify(of)}`)
  return parsed
}

const HELLO = { type: 'hello', protocol: 1, token: 't', pid: 42, again: false }
const DECODE = { function: 'decode', file: '/studio/custom_nodes/x/vae.py', line: 210 }
const sampler = (bytes: number, id = '12') => ({
  bytes,
  node: { id, class: 'SamplerCustom', pack: 'x' },
  pack: 'x',
  ...DECODE,
})

function heard(...messages: readonly object[]) {
  const book = new MemoryBook()
  for (const each of [HELLO, ...messages]) book.hear(message(each))
  return book.snapshot()
}

const started = (job: number, resident: number) => ({
  type: 'started',
  job,
  id: `job-${job}`,
  resident,
  gpu: null,
})
const ended = (job: number, growth: number, ...top: readonly object[]) => ({
  type: 'ended',
  job,
  id: `job-${job}`,
  state: 'done',
  growth,
  peak: 20 * GIB,
  top,
})
const left = (job: number, resident: number) => ({ type: 'left', job, id: `job-${job}`, resident, gpu: null })

describe('the memory of an engine', () => {
  it('is not known before it has said anything', () => {
    expect(new MemoryBook().snapshot()).toBeNull()
    expect(new MemoryBook().hear(message(started(1, GIB)))).toBe(false)
  })

  it('is on the place, the node and the job while the job runs', () => {
    expect(
      heard(
        started(1, 2 * GIB),
        { type: 'node', job: 1, id: '12', class: 'SamplerCustom', pack: 'x' },
        {
          type: 'growth',
          at: 7,
          job: 1,
          id: 'job-1',
          node: { id: '12', class: 'SamplerCustom', pack: 'x' },
          resident: 20 * GIB,
          growth: 18 * GIB,
          peak: 20 * GIB,
          rise: 19 * GIB,
          top: [sampler(18 * GIB), { bytes: MIB, node: { id: '3', class: 'Load', pack: null } }],
          gpu: { allocated: 1, reserved: 2, peak: 3 },
        },
      ),
    ).toEqual({
      at: 7,
      pid: 42,
      residentBytes: 20 * GIB,
      gpu: { allocatedBytes: 1, reservedBytes: 2, peakBytes: 3 },
      job: { id: 'job-1', peakBytes: 20 * GIB, growthBytes: 18 * GIB, riseBytes: 19 * GIB },
      node: { id: '12', type: 'SamplerCustom', pack: 'x' },
      places: [
        { bytes: 18 * GIB, node: { id: '12', type: 'SamplerCustom', pack: 'x' }, place: DECODE },
        { bytes: MIB, node: { id: '3', type: 'Load', pack: null }, place: null },
      ],
    })
  })

  it('is on the place over jobs that each left a part of what they took', () => {
    const jobs = [1, 2, 3].flatMap((job) => {
      const before = job * GIB
      return [
        started(job, before),
        ended(job, 1.5 * GIB, sampler(1.5 * GIB, `${job}`)),
        left(job, before + GIB),
      ]
    })
    expect(heard(...jobs)?.places).toEqual([
      { bytes: 3 * GIB, node: { id: '3', type: 'SamplerCustom', pack: 'x' }, place: DECODE },
    ])
  })

  it('is nobody’s where the job freed what it took', () => {
    expect(heard(started(1, GIB), ended(1, 5 * GIB, sampler(5 * GIB)), left(1, GIB))?.places).toEqual([])
  })

  it('is less for those who left it where it was freed later', () => {
    const kept = [started(1, GIB), ended(1, 4 * GIB, sampler(4 * GIB)), left(1, 5 * GIB)]
    expect(heard(...kept, started(2, 3 * GIB))?.places[0]?.bytes).toBe(2 * GIB)
    expect(heard(...kept, started(2, 5 * GIB), ended(2, -4 * GIB), left(2, GIB))?.places).toEqual([])
  })

  it('begins anew with an engine that restarts itself', () => {
    const kept = [started(1, GIB), ended(1, 4 * GIB, sampler(4 * GIB)), left(1, 5 * GIB)]
    expect(heard(...kept, { ...HELLO, again: true })).toMatchObject({
      residentBytes: null,
      job: null,
      places: [],
    })
  })

  it('says of no node that it runs once it has ended, or its job', () => {
    const node = { type: 'node', job: 1, id: '12', class: 'SamplerCustom', pack: 'x' }
    const end = { type: 'node-end', job: 1, id: '12', state: 'done', growth: 0, peak: 1, top: [] }
    expect(heard(started(1, GIB), node)?.node?.id).toBe('12')
    expect(heard(started(1, GIB), node, end)?.node).toBeNull()
    expect(heard(started(1, GIB), node, ended(1, 0))).toMatchObject({ node: null, job: null })
    expect(heard(started(1, GIB), { ...node, job: 9 })?.node).toBeNull()
  })

  it('never counts more than there is, whatever the engine says in whatever order', () => {
    const bytes = fc.integer({ min: -4 * GIB, max: 8 * GIB })
    const size = fc.integer({ min: 0, max: 8 * GIB })
    const job = fc.integer({ min: 1, max: 3 })
    const top = fc.array(
      fc.record({
        bytes: size,
        node: fc.option(
          fc.record({
            id: fc.constantFrom('1', '2'),
            class: fc.constantFrom('A', 'B', null),
            pack: fc.constant(null),
          }),
        ),
        function: fc.constantFrom('f', 'g', null),
        file: fc.constantFrom('a.py', null),
        line: fc.nat(),
      }),
      { maxLength: 5 },
    )
    const said = fc.oneof(
      fc.tuple(job, size).map(([key, resident]) => started(key, resident)),
      fc.tuple(job, bytes, top).map(([key, growth, places]) => ended(key, growth, ...places)),
      fc.tuple(job, size).map(([key, resident]) => left(key, resident)),
      fc.record({
        type: fc.constant('growth'),
        job,
        id: fc.constant('x'),
        resident: size,
        growth: bytes,
        peak: size,
        top,
      }),
      fc.constant(HELLO),
    )
    fc.assert(
      fc.property(fc.array(said, { maxLength: 40 }), (all) => {
        const book = new MemoryBook()
        book.hear(message(HELLO))
        for (const each of all) {
          book.hear(message(each))
          const memory = book.snapshot()
          for (const place of memory?.places ?? []) {
            expect(place.bytes).toBeGreaterThan(0)
            expect(Number.isSafeInteger(place.bytes)).toBe(true)
          }
          expect(memory?.places.length).toBeLessThanOrEqual(20)
          expect(memory?.residentBytes ?? 0).toBeGreaterThanOrEqual(0)
        }
      }),
    )
  })
})
