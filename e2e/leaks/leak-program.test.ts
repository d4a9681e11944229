import { Script } from 'node:vm'
import { expect, it } from 'vitest'
import fc from '../../testing/form/fast-check'
import { leakProgram, SHORT_RANGE, WHOLE_RANGE } from './leak-program'

const seeds = fc.integer({ min: 0, max: 2 ** 31 })
const ranges = fc.constantFrom(SHORT_RANGE, WHOLE_RANGE)

it('is the same program for the same seed', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, ranges, async (seed, range) => {
      expect(await leakProgram(seed, range)).toEqual(await leakProgram(seed, range))
    }),
  )
})

it('is a program that parses, and has its entry', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, ranges, async (seed, range) => {
      const { files } = await leakProgram(seed, range)
      expect(files).toHaveProperty(['main.cjs'])
      for (const [name, text] of Object.entries(files))
        if (!name.endsWith('.map')) expect(() => new Script(text), name).not.toThrow()
    }),
  )
})

it('has the function that leaks in the file that is said', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, async (seed) => {
      const { files, file, culprits } = await leakProgram(seed)
      const code = file === null ? 'main.cjs' : file.replace('src/', '')
      const map = files[`${code}.map`]
      const sources = map === undefined ? [files[code]] : JSON.parse(map).sourcesContent
      const all = [...sources, files['worker.cjs']].join('\n')
      for (const name of culprits) expect(all).toContain(name)
    }),
  )
})

it('stays within its range', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, ranges, async (seed, range) => {
      const { heapMiB, fillMs } = await leakProgram(seed, range)
      expect(heapMiB).toBeGreaterThanOrEqual(range.heapMiB[0])
      expect(heapMiB).toBeLessThanOrEqual(range.heapMiB[1])
      expect(fillMs).toBeLessThanOrEqual(range.fillMs[1])
    }),
  )
})

it('takes every kind, wrapping and shape in turn', async () => {
  const words = new Set<string>()
  for (let seed = 0; seed < 300; seed += 1) {
    const parts = (await leakProgram(seed)).words.split(', ')
    for (const part of parts.slice(0, -1)) words.add(part)
  }
  // 15 kinds, of which one has a comma less; 7 wrappings, 7 shapes, a worker, a minified one.
  expect(words.size).toBe(15 + 7 + 7 + 2)
})
