import { describe, expect, it } from 'vitest'
import { SubmissionCounter } from './submission-counter'

/** A counter after one request that found everything. */
function settled(seen = 0): SubmissionCounter {
  const submissions = new SubmissionCounter()
  submissions.remaining(0)
  submissions.look()
  submissions.settle(seen)
  return submissions
}

describe('submissions', () => {
  it('looks back at first, as nobody can tell what was before', () => {
    const submissions = new SubmissionCounter()
    submissions.look()
    expect(submissions.unseen(0)).toBeGreaterThan(0)
  })

  it('misses nothing when all that was told is seen', () => {
    const submissions = settled(3)
    for (const count of [1, 2, 1, 2]) submissions.remaining(count)
    submissions.look()
    expect(submissions.unseen(6)).toBe(0)
  })

  it('knows of a job that came and went between two looks', () => {
    const submissions = settled()
    for (const count of [1, 1, 0]) submissions.remaining(count)
    submissions.look()
    expect(submissions.unseen(0)).toBe(1)
    submissions.settle(1)
    submissions.look()
    expect(submissions.unseen(1)).toBe(0)
  })

  it('keeps for the next look what is told while one goes on', () => {
    const submissions = settled()
    submissions.look()
    submissions.remaining(1)
    expect(submissions.unseen(0)).toBe(0)
    submissions.settle(0)
    submissions.look()
    expect(submissions.unseen(0)).toBe(1)
  })

  it('looks back again after a gap, also when the look came to nothing', () => {
    const submissions = settled()
    submissions.restart()
    submissions.remaining(0)
    submissions.look()
    submissions.giveUp()
    submissions.look()
    expect(submissions.unseen(0)).toBeGreaterThan(0)
  })

  it('is not misled by the first count after a gap', () => {
    const submissions = settled()
    submissions.restart()
    submissions.remaining(7)
    submissions.look()
    submissions.settle(7)
    submissions.look()
    expect(submissions.unseen(7)).toBe(0)
  })
})
