import { describe, expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { percent } from '../../../common/output/units'
import { DEATH_CAUSES } from '../../backend/cause'
import { isLimitLifted } from '../../memory/heap-limit'
import { blamedAllocators, type MemoryEvidence, memorySentences } from './memory-rules'

const MIB = 2 ** 20
const GIB = 2 ** 30
const AT = Date.UTC(2026, 10, 23, 20, 11, 55)
const ELSEWHERE = /outside V8's heap|child processes held/
const NAMED = /of the heap that was sampled came from/

const ago = (ms: number, bytes: number) => ({ at: AT - ms, bytes })
const row = (name: string, rssBytes: number, pid = 7) => ({ pid, ppid: 1, name, rssBytes, startTime: 1 })
const allocator = (share: number) => ({
  ...{ function: 'leak', file: '/app/a.js', line: 3, bytes: 1, share },
  ...{ cumulativeBytes: null, cumulativeShare: null },
})
const profile = (share: number, heapBytes: number | null = 200 * MIB) => ({
  heapBytes,
  hasCpu: true,
  allocators: [allocator(share)],
})

/** A heap that was full a moment ago. */
const FULL: MemoryEvidence = {
  ...{ at: AT, cause: 'heap-out-of-memory', oom: true, isProfiled: true },
  heap: ago(100, 203 * MIB),
  heapLimitBytes: 209 * MIB,
  external: null,
  tree: ago(100, 300 * MIB),
  processes: [row('electron', 300 * MIB)],
  profile: profile(0.9),
}
/** A backend that took too much, outside its heap. */
const OVER: MemoryEvidence = {
  ...FULL,
  cause: 'memory-limit',
  heap: ago(300, 6 * MIB),
  heapLimitBytes: 4 * GIB,
  external: ago(300, GIB),
  tree: ago(100, 1.2 * GIB),
  processes: [row('electron', 1.2 * GIB)],
  profile: null,
}

it('names nobody where most of it was elsewhere, though one function holds all of a large heap', () => {
  const heap = 0.3 * 1.2 * GIB
  const evidence = { ...OVER, heap: ago(300, heap), profile: profile(1, heap) }
  const said = memorySentences(evidence).join()
  expect(said).not.toMatch(NAMED)
  expect(said).toMatch(ELSEWHERE)
  // Advice, fingerprint and Datadog's span name who is listed.
  expect(blamedAllocators(evidence)).toEqual([])
})

describe('a heap that V8 said was full', () => {
  it('is laid at the door of who filled it', () => {
    expect(memorySentences(FULL)).toEqual([
      '90 % of the heap that was sampled came from leak (/app/a.js:3)',
      "203 MiB of 300 MiB is V8's heap: a heap profile shows it",
    ])
  })

  it.each([0.994, 0.996, 0.9999, 1])('has the share %d in the figure of every table', (share) => {
    expect(memorySentences({ ...FULL, profile: profile(share) })[0]).toMatch(
      new RegExp(`^${percent(share)} of the heap`),
    )
  })

  it('was not elsewhere, whatever an older reading says', () => {
    const old = { ...FULL, heap: ago(2_500, 6 * MIB), tree: ago(2_500, 209 * MIB) }
    expect(memorySentences(old).join()).not.toMatch(ELSEWHERE)
    const child = { ...FULL, processes: [row('electron', 1), row('python3', 290 * MIB)] }
    expect(memorySentences(child).join()).not.toMatch(ELSEWHERE)
  })

  it('is said to have no profile where one was to be expected', () => {
    const missed = 'no heap or CPU profile of the full heap could be taken, or written down'
    expect(memorySentences({ ...FULL, profile: null })).toContain(missed)
    const unseen = { ...FULL, profile: null, heap: ago(1_400, 7 * MIB) }
    expect(memorySentences(unseen)).toContain(`${missed}: it was last seen 1.4 s before the end, with 7 MiB`)
    const longAgo = { ...unseen, heap: ago(60_000, 7 * MIB) }
    expect(memorySentences(longAgo)).toContain(missed)
    expect(memorySentences({ ...FULL, profile: null, isProfiled: false })).not.toContain(missed)
    expect(memorySentences({ ...OVER })).not.toContain(missed)
  })

  it('grew beyond its limit for a debugger alone', () => {
    const lifted = /beyond its limit of 209 MiB, as it does for a debugger/
    expect(memorySentences({ ...FULL, heap: ago(0, 800 * MIB) }).join()).toMatch(lifted)
    expect(memorySentences(FULL).join()).not.toMatch(lifted)
    // V8 counts its young generation on top of a limit that was set.
    expect(isLimitLifted(112 * MIB, 64 * MIB)).toBe(false)
    expect(isLimitLifted(256 * MIB, 64 * MIB)).toBe(true)
  })
})

describe('a culprit', () => {
  it.each<[string, MemoryEvidence]>([
    ['holds little of the heap', { ...FULL, profile: profile(0.1) }],
    ['holds much of a heap that was nearly empty', { ...FULL, profile: profile(0.9, 6 * MIB) }],
    ['holds half of a heap of 6 MiB, where 1.2 GiB killed', { ...OVER, profile: profile(0.5, 6 * MIB) }],
    ['is of a death for another reason', { ...FULL, cause: 'crash', oom: false }],
  ])('is not named who %s', (_what, evidence) => {
    expect(memorySentences(evidence).join()).not.toMatch(NAMED)
  })

  it('is not listed either, where the heap is not what killed', () => {
    expect(blamedAllocators({ ...OVER, profile: profile(0.5, 6 * MIB) })).toEqual([])
    expect(blamedAllocators({ ...FULL, cause: 'crash', oom: false })).toEqual([])
    expect(blamedAllocators(FULL)).toHaveLength(1)
  })
})

describe('memory elsewhere', () => {
  it('is said with its parts', () => {
    expect(memorySentences(OVER)).toEqual([
      "1.2 GiB of 1.2 GiB is outside V8's heap (Buffers and the like 1 GiB, native memory): a heap profile does not show it",
    ])
  })

  it('has its age where it is not of that moment, and is left out when it is old', () => {
    const stale = (ms: number) => memorySentences({ ...OVER, heap: ago(ms, 6 * MIB) })
    expect(stale(4_200)[0]).toMatch(/a heap profile does not show it \(read 4\.2 s before the end\)$/)
    expect(stale(11_000)).toEqual([])
  })

  it('was in a child, where it was', () => {
    const processes = [row('electron', 0.1 * GIB), row('python3', 1.1 * GIB, 99)]
    expect(memorySentences({ ...OVER, processes })[0]).toBe(
      'child processes held 1.1 GiB of 1.2 GiB, the largest python3, process 99, 1.1 GiB',
    )
    expect(memorySentences({ ...OVER, processes: processes.slice(0, 1) }).join()).not.toMatch(/child/)
    const small = [row('electron', GIB), row('sh', MIB)]
    expect(memorySentences({ ...OVER, processes: small }).join()).not.toMatch(/child processes held/)
  })
})

const reading = fc.option(
  fc.record({
    at: fc.integer({ min: AT - 60_000, max: AT + 500 }),
    bytes: fc.integer({ min: 0, max: 2 ** 36 }),
  }),
  { nil: null },
)
const ARBITRARY: fc.Arbitrary<MemoryEvidence> = fc.record({
  at: fc.constant(AT),
  cause: fc.constantFrom(...DEATH_CAUSES),
  oom: fc.boolean(),
  heap: reading,
  heapLimitBytes: fc.option(fc.integer({ min: 1, max: 2 ** 32 }), { nil: null }),
  external: reading,
  tree: reading,
  processes: fc.array(
    fc.integer({ min: 0, max: 2 ** 36 }).map((bytes) => row('p', bytes)),
    { maxLength: 4 },
  ),
  profile: fc.option(
    fc.record({
      heapBytes: fc.option(fc.integer({ min: 0, max: 2 ** 32 }), { nil: null }),
      hasCpu: fc.boolean(),
      allocators: fc.array(
        fc.double({ min: 0, max: 1, noNaN: true }).map((share) => allocator(share)),
        { maxLength: 3 },
      ),
    }),
    { nil: null },
  ),
  isProfiled: fc.boolean(),
})

it('no two sentences contradict each other, whatever is known', () => {
  fc.assert(
    fc.property(ARBITRARY, (evidence) => {
      const sentences = memorySentences(evidence)
      const text = sentences.join('\n')
      const isFull = evidence.cause === 'heap-out-of-memory'
      if (isFull) expect(text).not.toMatch(ELSEWHERE)
      if (!evidence.oom)
        expect(text).not.toMatch(/is V8's heap|outside V8's heap|child processes held|came from/)
      // Most of it is in one place.
      const places = [/ is V8's heap:/, / is outside V8's heap /].filter((place) => place.test(text))
      expect(places.length).toBeLessThanOrEqual(1)
      if (/child processes held/.test(text)) expect(text).not.toMatch(/ is V8's heap:/)
      if (!isFull && NAMED.test(text)) expect(text).not.toMatch(ELSEWHERE)
      if (NAMED.test(text)) expect(blamedAllocators(evidence).length).toBeGreaterThan(0)
      for (const sentence of sentences) {
        expect(sentence.length).toBeLessThanOrEqual(240)
        // What is said of memory is of that moment, or has its age.
        const isOfMemory =
          /V8's heap|child processes held/.test(sentence) && !/beyond its limit/.test(sentence)
        const isOld = [evidence.heap, evidence.tree].every((known) => !known || AT - known.at > 1_000)
        if (isOfMemory && isOld) expect(sentence).toMatch(/ \(read [\d.]+ s before the end\)$/)
        // No part is larger than the whole.
        const parts = /^([\d.]+) (\w+) of ([\d.]+) (\w+) is/.exec(sentence)
        const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
        const bytes = (amount = '0', unit = 'B') => Number(amount) * 1024 ** units.indexOf(unit)
        if (parts) expect(bytes(parts[1], parts[2])).toBeLessThanOrEqual(bytes(parts[3], parts[4]))
      }
    }),
    { numRuns: 3_000 },
  )
})
