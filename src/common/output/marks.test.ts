import { expect, it } from 'vitest'
import { MAX_MARK_LENGTH, markPrefix, parseMark, withMarks, withoutMarks } from './marks'

const PREFIX = markPrefix('0a1b2c3d-4e5f-6789-abcd-ef0123456789')
const IDS = { traceId: 'f'.repeat(32), spanId: '18446744073709551615' }

it.each(['debug', 'info', 'warn', 'error'] as const)('a mark of %s is read as it was written', (level) => {
  for (const ids of [IDS, { traceId: '3'.repeat(39), spanId: '1' }, null]) {
    const [start = ''] = withMarks(PREFIX, { level, ids }, 'x').split('x')
    expect(parseMark(start.slice(PREFIX.length, -1))).toEqual({ level, ids })
    expect(start.length).toBeLessThanOrEqual(MAX_MARK_LENGTH)
  }
})

it('marks are taken out, and nothing else', () => {
  const marked = withMarks(PREFIX, { level: 'info', ids: IDS }, 'a\nb\n')
  expect(withoutMarks(PREFIX, `x${marked}${PREFIX}no mark\u001fy`)).toBe(`xa\nb\n${PREFIX}no mark\u001fy`)
  // A text may end within what looks like a mark.
  expect(withoutMarks(PREFIX, 'f.12\u001fa')).toBe('f.12\u001fa')
})
