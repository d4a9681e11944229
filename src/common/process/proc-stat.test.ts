import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parsePageBytes, parseProcessRow, parseStat } from './proc-stat'

const REST =
  '8072 8072 6030 0 -1 4194304 100 0 0 0 0 0 0 0 20 0 1 0 452059 3133440 394 18446744073709551615 94455856975872'

describe('parseProcessRow', () => {
  it('reads the five figures', () => {
    expect(parseProcessRow(`8083 (cat) R ${REST}\n`, 4096)).toEqual({
      pid: 8083,
      ppid: 8072,
      name: 'cat',
      rssBytes: 394 * 4096,
      startTime: 452_059,
    })
  })

  it.each(['a b', '(sd-pam)', ') R 1 (', 'tmux: server', ''])('reads the name "%s"', (name) => {
    expect(parseProcessRow(`7 (${name}) S ${REST}`, 4096)).toMatchObject({ pid: 7, ppid: 8072, name })
  })

  it('counts pages of any size', () => {
    expect(parseProcessRow(`1 (x) S ${REST}`, 65_536)?.rssBytes).toBe(394 * 65_536)
  })

  it.each([
    ['a zombie', `8083 (cat) Z ${REST}`],
    ['a dead one', `8083 (cat) X ${REST}`],
    ['nothing', ''],
    ['half a line', '8083 (cat) S 80'],
    ['words', `x (cat) S ${REST}`],
    ['no name', `8083 cat S ${REST}`],
    ['the whole group', `0 (cat) S ${REST}`],
    ['everybody', `-1 (cat) S ${REST}`],
    ['a number beyond all', `8083 (cat) S ${REST.replace(' 394 ', ' 1e308 ')}`],
  ])('is null for %s', (_what, text) => {
    expect(parseProcessRow(text, 4096)).toBeNull()
  })
})

describe('parsePageBytes', () => {
  const auxv64 = (...words: bigint[]) => Buffer.from(BigUint64Array.from(words).buffer)
  const auxv32 = (...words: number[]) => Buffer.from(Uint32Array.from(words).buffer)

  it('finds the page size', () => {
    expect(parsePageBytes(auxv64(33n, 6n, 6n, 16_384n, 0n, 0n), 8)).toBe(16_384)
    expect(parsePageBytes(auxv32(33, 6, 6, 65_536, 0, 0), 4)).toBe(65_536)
  })

  it('takes the usual one where it is not told', () => {
    expect(parsePageBytes(auxv64(33n, 6n, 0n, 0n), 8)).toBe(4096)
    expect(parsePageBytes(Buffer.alloc(7), 8)).toBe(4096)
    expect(parsePageBytes(auxv64(6n, 0n, 0n, 0n), 8)).toBe(4096)
    expect(parsePageBytes(auxv64(6n, 2n ** 63n, 0n, 0n), 8)).toBe(4096)
  })

  it.runIf(process.platform === 'linux')('agrees with the system', () => {
    const told = Number(execFileSync('getconf', ['PAGESIZE'], { encoding: 'utf8' }))
    expect(parsePageBytes(readFileSync('/proc/self/auxv'), 8)).toBe(told)
  })
})

it('reads the processor time of both kinds, whatever the thread is called', () => {
  const stat = `4242 (a) b (c) S 1 4242 4242 0 -1 4194304 2 0 0 0 250 50 0 0 20 0 1 0 9 0 0`
  expect(parseStat(stat)?.cpuMs).toBe(3_000)
  expect(parseStat('')).toBeNull()
})
