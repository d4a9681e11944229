import { expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { Brackets } from './brackets'

function endOf(text: string, at: number, limit: number): number | null {
  let depth = 0
  for (let end = at; end < Math.min(text.length, at + limit); end++) {
    if ('[{('.includes(text[end] ?? '')) depth++
    else if (')}]'.includes(text[end] ?? '') && --depth === 0) return end + 1
  }
  return null
}

const texts = fc.array(fc.constantFrom('[', '{', '(', ')', '}', ']', 'a'), { maxLength: 60 })

it('tells of each group what a reading of it alone tells, in any order and of any texts', () => {
  const asked = fc.array(fc.tuple(texts, fc.array(fc.nat({ max: 60 }), { maxLength: 12 })), { maxLength: 4 })
  fc.assert(
    fc.property(asked, fc.integer({ min: 1, max: 40 }), (all, limit) => {
      const brackets = new Brackets()
      for (const [pieces, places] of all) {
        const text = pieces.join('')
        for (const at of places.filter((place) => '[{('.includes(text[place] ?? ' ')))
          expect(brackets.endOf(text, at, limit)).toBe(endOf(text, at, limit))
      }
    }),
    { numRuns: 2_000 },
  )
})

it('goes on where there are more groups than it remembers', () => {
  const text = '[]'.repeat(200_000)
  const brackets = new Brackets()
  for (let at = 0; at < text.length; at += 2) expect(brackets.endOf(text, at, 4_096)).toBe(at + 2)
})
