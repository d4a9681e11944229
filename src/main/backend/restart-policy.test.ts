import { describe, expect, it } from 'vitest'
import { decideRestart, HEALTHY_MS, nextAttempt, type RestartQuestion } from './restart-policy'

const QUESTION: RestartQuestion = {
  mode: 'on-failure',
  limit: { deaths: 5, windowMs: 600_000 },
  deaths: [1_000_000],
  attempt: 0,
  now: 1_000_000,
  oom: false,
  hopeless: null,
  random: () => 0.5,
}

const ask = (change: Partial<RestartQuestion>) => decideRestart({ ...QUESTION, ...change })

it('gives up at once where no start can succeed, and says why', () => {
  const hopeless = 'the files were replaced'
  expect(ask({ hopeless })).toEqual({
    decision: 'give-up',
    delayMs: null,
    deathsInWindow: 1,
    reason: hopeless,
  })
  expect(ask({ hopeless, mode: 'never' })).toMatchObject({ decision: 'none' })
})

describe('the delay', () => {
  it.each([
    [0, 0],
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
    [4, 8_000],
    [5, 16_000],
    [6, 30_000],
    [7, 30_000],
    [5_000, 30_000],
  ])('of attempt %i is %i ms before the jitter', (attempt, delayMs) => {
    expect(ask({ attempt })).toMatchObject({ decision: 'restart', delayMs })
  })

  it.each([
    [1, 800, 1_200],
    [4, 6_400, 9_600],
    // Jitter comes after the cap: before it, every delay would be 30 s again.
    [9, 24_000, 36_000],
  ])('of attempt %i lies between %i and %i ms', (attempt, least, most) => {
    expect(ask({ attempt, random: () => 0 }).delayMs).toBe(least)
    expect(ask({ attempt, random: () => 1 }).delayMs).toBe(most)
  })

  it('has no jitter when it is nothing', () => {
    expect(ask({ attempt: 0, random: () => 1 }).delayMs).toBe(0)
  })
})

describe('the limit', () => {
  it.each([
    ['the fourth death in the window', [0, 1, 2, 3], 'restart', 4],
    ['the fifth', [0, 1, 2, 3, 4], 'give-up', 5],
    ['the sixth', [0, 1, 2, 3, 4, 5], 'give-up', 6],
    ['five, the first of which is 10 minutes old', [-600_000, 0, 0, 0, 0], 'restart', 4],
    ['five, the first of which is almost 10 minutes old', [-599_999, 0, 0, 0, 0], 'give-up', 5],
    ['many that are old', [-9e6, -8e6, -7e6, -6e6, -5e6, -4e6, 0], 'restart', 1],
    ['five that lie in the future', [9e6, 9e6, 9e6, 9e6, 0], 'give-up', 5],
    ['none, which cannot be', [], 'restart', 1],
  ] as const)('%s', (_what, ages, decision, deathsInWindow) => {
    const deaths = ages.map((age) => QUESTION.now + age)
    expect(ask({ deaths })).toMatchObject({ decision, deathsInWindow })
  })

  it('of one death allows no restart', () => {
    expect(ask({ limit: { deaths: 1, windowMs: 1 } })).toMatchObject({ decision: 'give-up', delayMs: null })
  })

  it('is reached by a backend that takes two minutes to start and dies at once', () => {
    const deaths: number[] = []
    let now = 0
    let attempt = 0
    let decision: string
    do {
      now += 120_000
      deaths.push(now)
      attempt = nextAttempt(attempt, 0)
      const answer = ask({ deaths, attempt, now })
      decision = answer.decision
      now += answer.delayMs ?? 0
      attempt += 1
    } while (decision === 'restart' && deaths.length < 100)
    expect({ decision, deaths: deaths.length }).toEqual({ decision: 'give-up', deaths: 5 })
  })

  it('says how far it is', () => {
    expect(ask({ deaths: [1_000_000, 1_000_000] }).reason).toBe('2 of 5 deaths within 600 s')
  })
})

describe('the mode', () => {
  it.each([
    ['never', false, 'none'],
    ['never', true, 'none'],
    ['oom', false, 'none'],
    ['oom', true, 'restart'],
    ['on-failure', false, 'restart'],
    ['on-failure', true, 'restart'],
  ] as const)('%s, out of memory %s: %s', (mode, oom, decision) => {
    expect(ask({ mode, oom }).decision).toBe(decision)
  })

  it('counts the deaths that it does not restart', () => {
    expect(ask({ mode: 'never', deaths: [1_000_000, 1_000_000] })).toMatchObject({
      delayMs: null,
      deathsInWindow: 2,
    })
  })
})

describe('the attempt', () => {
  it('starts again after a healthy time, and only then', () => {
    expect(nextAttempt(4, HEALTHY_MS)).toBe(0)
    expect(nextAttempt(4, HEALTHY_MS - 1)).toBe(4)
    expect(nextAttempt(4, 0)).toBe(4)
    expect(nextAttempt(4, -1)).toBe(4)
  })
})
