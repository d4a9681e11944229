import { describe, expect, it } from 'vitest'
import fc from '../../../testing/form/fast-check'
import { markPrefix, type OutputMark, withMarks } from '../../common/output/marks'
import { OutputRecords } from './output-records'

const MARKER = '0a1b2c3d-4e5f-6789-abcd-ef0123456789'
const PREFIX = markPrefix(MARKER)
const MARK: OutputMark = { level: 'warn', ids: { traceId: 'f'.repeat(32), spanId: '18446744073709551615' } }

function read(...chunks: (string | Buffer)[]) {
  const texts: Buffer[] = []
  const records: [text: string, mark: OutputMark | null][] = []
  const output = new OutputRecords({
    marker: MARKER,
    onText: (bytes) => texts.push(Buffer.from(bytes)),
    onRecord: (text, mark) => records.push([text, mark]),
  })
  for (const chunk of chunks) output.push(Buffer.from(chunk))
  const shownAtOnce = Buffer.concat(texts).toString()
  output.end()
  return { records, shownAtOnce, shown: Buffer.concat(texts).toString() }
}

describe('a call of console', () => {
  it('is one record, whatever it holds', () => {
    for (const text of ['', 'one', 'a\nb\n', '\n', '東京', '\u001e\u001f', '10 %\r20 %']) {
      const { records, shown } = read(withMarks(PREFIX, MARK, `${text}\n`))
      expect(records).toEqual([[text, MARK]])
      expect(shown).toBe(`${text}\n`)
    }
  })

  it('without a newline is one too, and ends a line begun before', () => {
    expect(read('10 %', withMarks(PREFIX, MARK, 'x'), 'y\n').records).toEqual([
      ['10 %', null],
      ['x', MARK],
      ['y', null],
    ])
  })

  it('that never ended is kept as far as it came', () => {
    const whole = withMarks(PREFIX, MARK, 'the last words\n')
    expect(read(whole.slice(0, whole.indexOf('words') + 2)).records).toEqual([['the last wo', MARK]])
    expect(
      read(whole.slice(0, whole.indexOf('words') + 2), withMarks(PREFIX, MARK, 'next\n')).records,
    ).toEqual([
      ['the last wo', MARK],
      ['next', MARK],
    ])
  })

  it('of 10 MB goes on as the next record, in bounded memory', () => {
    const { records } = read(withMarks(PREFIX, MARK, 'x'.repeat(10 * 2 ** 20)))
    expect(records.length).toBe(640)
    expect(records.every(([text, mark]) => text.length === 16_384 && mark?.level === 'warn')).toBe(true)
  })
})

describe('what only looks like a mark', () => {
  it.each([
    ['another key', '\u001e99999999i\u001fx'],
    ['no end', `${PREFIX}i and so on`],
    ['no level', `${PREFIX}x\u001f`],
    ['ids that are none', `${PREFIX}iabc.def\u001f`],
    ['a very long one', `${PREFIX}i${'a'.repeat(500)}.1\u001f`],
    ['the beginning of one, at the end', `x${PREFIX.slice(0, 5)}`],
    ['many beginnings', '\u001e'.repeat(1_000)],
    ['many openings', PREFIX.repeat(1_000)],
  ])('is text: %s', (_what, text) => {
    const { records, shown } = read(text)
    expect(shown).toBe(text)
    expect(records).toEqual([[text, null]])
    const bytes = [...Buffer.from(text)].map((byte) => Buffer.from([byte]))
    expect(read(...bytes).records).toEqual([[text, null]])
  })

  it('keeps no byte back that cannot become one', () => {
    expect(read('a prompt> ').shownAtOnce).toBe('a prompt> ')
    expect(read('a \u001e prompt> ').shownAtOnce).toBe('a \u001e prompt> ')
    expect(read(`a${PREFIX.slice(0, 3)}`).shownAtOnce).toBe('a')
  })
})

it('nothing is lost or added, however it is cut', () => {
  const piece = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', '\n', '\u001e', '\u001f', '0', '東', PREFIX) }),
    fc.string(),
  )
  const write = fc.record({ text: piece, marked: fc.boolean() })
  fc.assert(
    fc.property(fc.array(write), fc.array(fc.nat(200)), (writes, cuts) => {
      // The backend's own output may not hold the key: it is random.
      const clean = writes.map(({ text, marked }) => ({
        marked,
        text: marked ? text.replaceAll(PREFIX, '') : text,
      }))
      const all = Buffer.from(
        clean.map(({ text, marked }) => (marked ? withMarks(PREFIX, MARK, text) : text)).join(''),
      )
      const chunks: Buffer[] = []
      let at = 0
      for (const length of cuts) {
        chunks.push(all.subarray(at, at + length))
        at += length
      }
      chunks.push(all.subarray(at))
      const { shown } = read(...chunks)
      const { shown: whole } = read(all)
      expect(shown).toBe(whole)
      if (!clean.some(({ text }) => text.includes(PREFIX))) {
        expect(shown).toBe(Buffer.from(clean.map(({ text }) => text).join('')).toString())
      }
    }),
  )
})
