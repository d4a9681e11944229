import { expect, it } from 'vitest'
import { limitTooLow } from './limit-too-low'

const MIB = 2 ** 20
const LIMITS = { memoryLimitBytes: 64 * MIB, heapLimitBytes: 32 * MIB, isLoaded: false, hadJobs: false }

it('names the limit that a backend is over at its start, ahead of any job', () => {
  expect(limitTooLow({ cause: 'memory-limit', uptimeMs: 2_340 }, LIMITS, 60 * MIB)).toBe(
    'STUDIO_MEMORY_LIMIT=64MiB is less than the backend takes at its start: it was over it after 2.3 s, before any job; set a higher one',
  )
  expect(limitTooLow({ cause: 'heap-out-of-memory', uptimeMs: 900 }, LIMITS, null)).toMatch(
    /^STUDIO_HEAP_LIMIT=32MiB is less .* after 0\.9 s/,
  )
})

it.each([
  ['that had a job', { cause: 'memory-limit', uptimeMs: 900 }, { ...LIMITS, hadJobs: true }],
  ['after a minute', { cause: 'memory-limit', uptimeMs: 60_000 }, LIMITS],
  ['that never was', { cause: 'memory-limit', uptimeMs: null }, LIMITS],
  ["of V8's own limit", { cause: 'heap-out-of-memory', uptimeMs: 900 }, { ...LIMITS, heapLimitBytes: null }],
  ['of something else', { cause: 'crash', uptimeMs: 900 }, LIMITS],
  ['by the kernel', { cause: 'kernel-oom-kill', uptimeMs: 900 }, LIMITS],
] as const)('says nothing of a death %s', (_, death, limits) => {
  expect(limitTooLow(death, limits, null)).toBeNull()
})

it('says nothing of a loaded backend that was below its limit before: it may leak', () => {
  const loaded = { ...LIMITS, isLoaded: true }
  const death = { cause: 'memory-limit', uptimeMs: 4_600 } as const
  expect(limitTooLow(death, loaded, 50 * MIB)).toBeNull()
  expect(limitTooLow(death, loaded, null)).toBeNull()
  expect(limitTooLow({ ...death, cause: 'heap-out-of-memory' }, loaded, 80 * MIB)).toBeNull()
  expect(limitTooLow(death, loaded, 85 * MIB)).toMatch(/^STUDIO_MEMORY_LIMIT=64MiB is less/)
})
