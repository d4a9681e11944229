import { describe, expect, it } from 'vitest'
import { MemoryGuard } from './guard'

const GIB = 2 ** 30
const LIMIT = 4 * GIB

/** The decisions on readings in percent of the limit: p pressure, x exceeded, ? read again, . nothing. */
function decisions(percents: readonly number[], limit: number | null = LIMIT): string {
  const guard = new MemoryGuard(limit)
  return percents
    .map((percent) => {
      const { pressure, exceeded, again } = guard.check((percent / 100) * LIMIT)
      return `${pressure ? 'p' : ''}${exceeded ? 'x' : ''}${again ? '?' : ''}` || '.'
    })
    .join(' ')
}

describe('MemoryGuard', () => {
  it.each([
    ['says nothing below 85 %', [0, 50, 84.9, 84.9], '. . . .'],
    ['tells pressure once', [84, 85, 85, 90, 99, 86], '. ? p . . .'],
    ['tells it again only after memory fell below 75 %', [86, 86, 75, 90, 74, 90, 90], '? p . . . ? p'],
    ['stops a backend that leaps over everything', [60, 120, 120], '. ? px'],
    ['tells that the limit is exceeded once', [60, 120, 120, 130, 130], '. ? px . .'],
    ['tells it again after memory fell below the limit', [110, 110, 99, 110, 110], '? px . ? x'],
    ['goes step by step', [80, 86, 86, 99.9, 100, 100], '. ? p . ? x'],
    ['lets a fork be: its memory is there twice for a moment', [55, 110, 55, 110, 56], '. ? . ? .'],
    ['lets a fork near the limit be', [86, 86, 172, 87, 172, 86], '? p ? . ? .'],
    ['counts no readings together that are apart', [100, 99, 100, 99], '? p ? .'],
  ])('%s', (_what, percents, expected) => {
    expect(decisions(percents)).toBe(expected)
  })

  it('is off without a limit', () => {
    expect(decisions([50, 1_000, 1_000, 1_000], null)).toBe('. . . .')
    expect(new MemoryGuard(null).isNear(Number.MAX_SAFE_INTEGER)).toBe(false)
  })

  it('asks for a closer look from 75 % on', () => {
    const guard = new MemoryGuard(LIMIT)
    expect([0.7, 0.75, 2].map((share) => guard.isNear(share * LIMIT))).toEqual([false, true, true])
  })
})
