import { describe, expect, it } from 'vitest'
import { HeldMemory } from './held-memory'

function held(...changes: readonly (readonly [key: string, bytes: number])[]) {
  const memory = new HeldMemory<string>()
  for (const [key, bytes] of changes) memory.add(key, key, bytes)
  return memory
}
const bytesOf = (memory: HeldMemory<string>) =>
  Object.fromEntries(memory.places().map(({ place, bytes }) => [place, bytes]))

describe('what places hold', () => {
  it('is what they took, less what they gave back', () => {
    expect(bytesOf(held(['a', 5], ['b', 3], ['a', 2], ['a', -4]))).toEqual({ a: 3, b: 3 })
  })

  it('is taken off the largest where another place frees it, and is never less than nothing', () => {
    expect(bytesOf(held(['a', 10], ['b', 4], ['gc', -12]))).toEqual({ b: 2 })
    expect(bytesOf(held(['a', 10], ['gc', -50], ['a', 1]))).toEqual({ a: 1 })
  })

  it('is given back between two jobs by the largest', () => {
    const memory = held(['a', 10], ['b', 4])
    memory.giveBack(9)
    expect(bytesOf(memory)).toEqual({ a: 1, b: 4 })
  })

  it('sums up to no more than what came, whatever the order', () => {
    let seed = 7
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const memory = new HeldMemory<string>()
    let resident = 0
    let lowest = 0
    for (let n = 0; n < 5_000; n++) {
      const bytes = Math.round((random() - 0.5) * 1_000)
      memory.add(String(Math.floor(random() * 20)), '', bytes)
      resident += bytes
      lowest = Math.min(lowest, resident)
      const sum = memory.places().reduce((total, one) => total + one.bytes, 0)
      // What was there before the first look can be freed too.
      expect(sum).toBe(resident - lowest)
    }
  })
})
