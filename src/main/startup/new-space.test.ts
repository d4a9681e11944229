import { expect, it } from 'vitest'
import { runProgram } from '../../../testing/program/program'

it('makes V8’s space for new objects as large as it may be when that is to grow', async () => {
  const largestStep = async (first: string) => {
    const program = `
      import v8 from 'node:v8'
      import { growNewSpaceAtOnce } from './new-space'
      const size = () => v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size
      ${first}
      const kept = []
      let [before, largest] = [size(), 1]
      while (kept.length < 300_000) {
        kept.push({ kept: [kept.length] })
        if (kept.length % 100 > 0) continue
        const now = size()
        largest = Math.max(largest, now / before)
        before = now
      }
      console.log(largest)`
    return Number((await runProgram(program, { from: __dirname })).stdout)
  }
  expect(await largestStep('')).toBe(2)
  expect(await largestStep('growNewSpaceAtOnce()')).toBe(8)
})
