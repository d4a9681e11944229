import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { times } from '../testing/form/form'
import { promise, run } from './support/target'
import { TARGETS } from './targets'

/**
 * A fixed seed, so that inputs are the same each time: a flaky test helps nobody. `npm run fuzz` uses new
 * ones.
 */
const SEED = 20_260_102
const RUNS = times(300, 1_500)
/** On a busy machine, in milliseconds. */
const SLOW = 120_000

describe('hostile input', () => {
  it.each(TARGETS.map((target) => [target.name, target] as const))(
    'breaks no promise of %s',
    async (_, target) => {
      expect(await run(target, { runs: RUNS, seed: SEED })).toEqual([])
    },
    SLOW,
  )
})

describe('a broken promise', () => {
  const target = {
    name: 'broken',
    promises: [
      promise('no seven', fc.nat(9), (digit) => {
        if (digit === 7) throw new Error('seven')
      }),
      promise('anything', fc.nat(9), () => {}),
    ],
  }

  it('is told with its input, and can be seen again', async () => {
    const [failure, ...others] = await run(target, { runs: 100, seed: 1 })
    expect(others).toEqual([])
    expect(failure).toMatchObject({ target: 'broken', what: 'no seven', seed: 1, input: '[7]' })
    expect(failure?.error).toContain('seven')
    const again = await run(target, { runs: 1, seed: 1, path: failure?.path ?? '' })
    expect(again).toMatchObject([{ what: 'no seven', input: '[7]' }])
  })
})
