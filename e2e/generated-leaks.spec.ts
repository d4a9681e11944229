import { leakProgram } from './leaks/leak-program'
import { run } from './leaks/run'
import { faultsOf } from './leaks/verdict'
import { expect, test } from './support/app/test'

/**
 * The hardest of the generated programs by their seeds: those that an incident was once wrong about, and loops without a pause
 * whose leaking function V8 inlines, in heaps that are full within a second.
 */
const HARDEST = [32, 22, 30, 7004, 7017, 8010, 8400, 8539, 8723, 8756]
/** The loop that V8 would not interrupt, and a loop that a method is inlined into. */
const SHORT_FORM = [32, 8400]

for (const seed of HARDEST)
  test(`a generated leak is laid at the door of who leaks (seed ${seed})`, {
    tag: SHORT_FORM.includes(seed) ? [] : '@long',
  }, async () => {
    const program = await leakProgram(seed)
    const death = await run(program)
    try {
      expect(faultsOf(program, death.incident), program.words).toEqual([])
    } finally {
      await death.tidyUp()
    }
  })
