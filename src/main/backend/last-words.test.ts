import { expect, it } from 'vitest'
import { LAST_LINES, LastWords } from './last-words'

const ESC = String.fromCharCode(27)
const BELL = String.fromCharCode(7)

function linesOf(...texts: readonly string[]): readonly string[] {
  const words = new LastWords()
  for (const text of texts) words.add(text)
  return words.lines()
}

it('are the last lines of both streams as they came', () => {
  const texts = Array.from({ length: 150 }, (_, n) => `line ${n}`)
  expect(linesOf(...texts)).toEqual(texts.slice(-LAST_LINES))
  expect(linesOf()).toEqual([])
})

it('has the lines of one call, without colours and other controls', () => {
  expect(linesOf(`${ESC}[31mERROR${ESC}[0m: no${BELL}\r\n  at load\n\n  \n`, 'goodbye')).toEqual([
    'ERROR: no',
    '  at load',
    'goodbye',
  ])
})

it('has a progress bar as it stood last', () => {
  expect(linesOf('  0%|  \r 50%|##\r100%|####')).toEqual(['100%|####'])
})

it('leaves the stacks of native code out: they push all else away', () => {
  const stack = Array.from({ length: 60 }, (_, n) => `${n}: 0x5f3c1a${n} node::Abort() [electron]`)
  expect(
    linesOf(
      'loading the model',
      'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
      '----- Native stack trace -----',
      '',
      ...stack,
      '#0 0x55d0c3a1 base::debug::CollectStackTrace()',
    ),
  ).toEqual([
    'loading the model',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  ])
})

it('hides a secret that is longer than a line may be, or spread over lines', () => {
  const key = ['-----BEGIN PRIVATE KEY-----', 'a'.repeat(64), 'b'.repeat(64), '-----END PRIVATE KEY-----']
  const said = linesOf('key:', ...key, `${'x'.repeat(990)} password=verysecretindeed`).join('\n')
  expect(said).not.toContain('aaaa')
  expect(said).not.toContain('bbbb')
  expect(said).not.toContain('verysecret')
})

it('takes bounded memory, whatever is written', () => {
  const words = new LastWords()
  for (let n = 0; n < 10_000; n++) words.add('y'.repeat(16_384))
  const lines = words.lines()
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(1_000)
})
