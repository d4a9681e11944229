import { describe, expect, it } from 'vitest'
import { SocketLines } from './socket-lines'

const bytes = (text: string) => Buffer.from(text)

describe('the lines of a connection', () => {
  it('are the same, however they are cut', () => {
    const text = 'first\n\nünïcödé 🎨\nlong'.repeat(50)
    for (let size = 1; size <= 40; size += 1) {
      const lines = new SocketLines()
      const all: string[] = []
      const whole = bytes(`${text}\n`)
      for (let at = 0; at < whole.length; at += size)
        all.push(...(lines.push(whole.subarray(at, at + size)) ?? []))
      expect(all).toEqual(text.split('\n'))
    }
  })

  it('are held until they end', () => {
    const lines = new SocketLines()
    expect(lines.push(bytes('a'))).toEqual([])
    expect(lines.push(bytes('b\nc\nd'))).toEqual(['ab', 'c'])
    expect(lines.push(bytes('\n'))).toEqual(['d'])
  })

  it('are none where one has no end', () => {
    const lines = new SocketLines()
    lines.push(bytes('who it is\n'))
    const piece = Buffer.alloc(2 ** 20, 'x')
    const answers = Array.from({ length: 65 }, () => lines.push(piece))
    expect(answers.slice(0, 64)).toEqual(Array(64).fill([]))
    expect(answers[64]).toBeNull()
  })

  it('are none where the first one, which says who it is, is longer than that', () => {
    const lines = new SocketLines()
    const piece = Buffer.alloc(2 ** 15, 'x')
    expect([lines.push(piece), lines.push(piece), lines.push(piece)]).toEqual([[], [], null])
  })
})
