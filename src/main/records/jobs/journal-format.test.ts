import { describe, expect, it } from 'vitest'
import { crc32 } from './crc32'
import { decodeLines, encodeLine } from './journal-format'

const entries = [
  { n: 1, text: 'a' },
  { n: 2, text: 'tab\t "quoted" {"crc32":" \n ü 🦄 \ud800' },
  { n: 3, list: [] },
]
const lines = entries.map(encodeLine)
const whole = Buffer.from(lines.join(''))

describe('a journal line', () => {
  it('is a JSON object with a CRC-32 over the bytes of its entry', () => {
    const line = encodeLine({ a: 'ü' })
    expect(line).toBe(
      `{"crc32":"${crc32(Buffer.from('{"a":"ü"}')).toString(16).padStart(8, '0')}","entry":{"a":"ü"}}\n`,
    )
    expect(JSON.parse(line).entry).toEqual({ a: 'ü' })
  })

  it('survives a round trip, whatever its strings hold', () => {
    expect(decodeLines(whole)).toEqual({ entries, unreadable: 0, torn: false })
    expect(decodeLines(Buffer.alloc(0))).toEqual({ entries: [], unreadable: 0, torn: false })
  })
})

describe('decoding', () => {
  it.each(['null', '[]', 'x', '{"crc33":'])(
    'takes %j at the end for damage: no write of ours begins so',
    (text) => {
      const bytes = Buffer.concat([whole, Buffer.from(text)])
      expect(decodeLines(bytes)).toEqual({ entries, unreadable: 1, torn: true })
      expect(decodeLines(Buffer.from(text))).toEqual({ entries: [], unreadable: 1, torn: true })
    },
  )

  it('passes over a torn last line in silence, wherever it was cut', () => {
    const start = Buffer.byteLength(lines.slice(0, 2).join(''))
    for (let end = start + 1; end < whole.length - 1; end++) {
      const cut = decodeLines(whole.subarray(0, end))
      expect(cut, `cut at ${end}`).toEqual({ entries: entries.slice(0, 2), unreadable: 0, torn: true })
    }
    expect(decodeLines(whole.subarray(0, -1))).toEqual({ entries, unreadable: 0, torn: true })
  })

  it('takes zeros at the end, as a power loss leaves them, for a torn line', () => {
    const zeros = Buffer.concat([whole, Buffer.alloc(4096)])
    expect(decodeLines(zeros)).toEqual({ entries, unreadable: 0, torn: true })
  })

  it('loses at most the line that is damaged, for every single flipped bit, and notices every one', () => {
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bytes = Buffer.from(whole)
      bytes.writeUInt8((bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7)), bit >> 3)
      const { entries: kept, unreadable } = decodeLines(bytes)
      expect(kept.length, `bit ${bit}`).toBeGreaterThanOrEqual(entries.length - 1)
      for (const entry of kept) expect(entries).toContainEqual(entry)
      expect(unreadable, `bit ${bit}`).toBeGreaterThan(0)
    }
  })

  it('keeps both lines when the break between them is lost, and a line written behind a torn one', () => {
    const run = Buffer.from(`${lines[0]?.trimEnd()}#${lines[1]}`)
    expect(decodeLines(run).entries).toEqual(entries.slice(0, 2))
    const behind = Buffer.from(`${lines[0]}${lines[1]?.slice(0, 20)}${lines[2]}`)
    expect(decodeLines(behind)).toEqual({ entries: [entries[0], entries[2]], unreadable: 1, torn: false })
  })

  it('finds nothing in text that was never a journal', () => {
    const { entries: found, unreadable } = decodeLines(Buffer.from('hello\n[]\nnull\n{"crc32":"zz"}\n'))
    expect(found).toEqual([])
    expect(unreadable).toBe(4)
  })
})
