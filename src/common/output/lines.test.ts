import { describe, expect, it } from 'vitest'
import { OutputLines } from './lines'

const MAX = 16_384

/** The lines of a stream that arrives in these chunks. */
function linesOf(...chunks: (string | Buffer)[]): string[] {
  const lines: string[] = []
  const output = new OutputLines((line) => lines.push(line))
  for (const chunk of chunks) output.push(Buffer.from(chunk))
  output.end()
  return lines
}

describe('a stream of bytes', () => {
  it.each<[what: string, chunks: string[], lines: string[]]>([
    ['nothing', [], []],
    ['no bytes', ['', ''], []],
    ['one line', ['one\n'], ['one']],
    ['an unfinished last line', ['one\ntwo'], ['one', 'two']],
    ['a line in pieces', ['o', 'n', 'e\nt', 'wo\n'], ['one', 'two']],
    ['empty lines', ['\n\none\n\n'], ['', '', 'one', '']],
    ['Windows line ends', ['one\r\n\r\ntwo\r\n'], ['one', '', 'two']],
    ['a Windows line end cut in two', ['one\r', '\ntwo\r', '\n'], ['one', 'two']],
    ['a Windows line end that never ended', ['one\r'], ['one']],
    ['a carriage return that ends no line', ['10 %\r20 %\n'], ['10 %\r20 %']],
  ])('is cut into lines: %s', (_what, chunks, lines) => {
    expect(linesOf(...chunks)).toEqual(lines)
  })

  it('may be cut anywhere, also inside a character', () => {
    const text = 'größer\n東京\n👩🏽‍🎨 malt\n'
    const bytes = Buffer.from(text)
    for (let at = 0; at <= bytes.length; at++)
      expect(linesOf(bytes.subarray(0, at), bytes.subarray(at))).toEqual(text.split('\n').slice(0, -1))
    expect(linesOf(...[...bytes].map((byte) => Buffer.from([byte])))).toHaveLength(3)
  })

  it('may end inside a character, or be no text at all', () => {
    expect(linesOf(Buffer.from('東').subarray(0, 2))).toEqual(['\ufffd'])
    expect(linesOf(Buffer.from([0xff, 0x0a, 0xfe, 0x0a]))).toEqual(['\ufffd', '\ufffd'])
  })

  it('says each line as soon as it is over', () => {
    const lines: string[] = []
    const output = new OutputLines((line) => lines.push(line))
    output.push(Buffer.from('one\ntwo'))
    expect(lines).toEqual(['one'])
    output.end()
    output.end()
    expect(lines).toEqual(['one', 'two'])
  })
})

describe('a long line', () => {
  it.each([
    ['at the limit', MAX, [MAX]],
    ['above it', MAX + 1, [MAX, 1]],
    ['twice above it', 2 * MAX + 1, [MAX, MAX, 1]],
  ])('goes on as the next line: %s', (_what, length, lengths) => {
    const line = 'x'.repeat(length)
    for (const chunks of [[`${line}\n`], [line, '\n'], [line]])
      expect(linesOf(...chunks).map((part) => part.length)).toEqual(lengths)
  })

  it('is not cut inside a character', () => {
    const line = `${'x'.repeat(MAX - 1)}👩x`
    for (const chunks of [[`${line}\n`], [line]]) {
      const [first, second] = linesOf(...chunks)
      expect(first).toBe('x'.repeat(MAX - 1))
      expect(second).toBe('👩x')
    }
  })

  it('without an end takes no memory: 10 MB arrive, a line and a chunk are kept', () => {
    let received = 0
    let longest = 0
    const output = new OutputLines((line) => {
      received += line.length
      longest = Math.max(longest, line.length)
    })
    const chunk = Buffer.alloc(64 * 1024, 'x')
    let sent = 0
    let kept = 0
    while (sent < 10 * 2 ** 20) {
      output.push(chunk)
      sent += chunk.length
      kept = Math.max(kept, sent - received)
    }
    expect(kept).toBeLessThanOrEqual(MAX)
    output.end()
    expect(received).toBe(sent)
    expect(longest).toBe(MAX)
  })
})
