import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import fc from '../../../../testing/form/fast-check'
import { NeedsFile, readNeeds } from './needs-file'
import { kindOf, MIB, runOf } from './samples.test-support'

let file: string
let warnings: string[]

beforeEach(() => {
  file = path.join(mkdtempSync(path.join(os.tmpdir(), 'studio-needs-')), 'needs.json')
  warnings = []
})

function open(): NeedsFile {
  return new NeedsFile({ path: file, now: () => 0, log: { warn: (line) => void warnings.push(line) } })
}

function written(): string {
  const needs = open()
  for (const at of [1, 2, 3]) needs.book.add(kindOf(at), runOf(at * 100))
  needs.changed()
  needs.flush()
  return readFileSync(file, 'utf8')
}

it('is read again as it was written', () => {
  written()
  const needs = open()
  expect(needs.book.kinds).toHaveLength(3)
  expect(needs.book.estimate(kindOf(2), 'same')?.expectedBytes).toBe(200 * MIB)
  expect(warnings).toEqual([])
})

it('keeps what is whole of a damaged file, and moves that aside', () => {
  const text = written()
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.nat(255), (at, byte) => {
      warnings = []
      const bytes = Buffer.from(text)
      bytes[at] = byte
      writeFileSync(file, bytes)
      const { kinds, problem } = readNeeds(file)
      // Each kind that is read is one that a book can use.
      expect(kinds.length).toBeLessThanOrEqual(3)
      const needs = open()
      expect(needs.book.kinds.length).toBeLessThanOrEqual(3)
      for (const kind of needs.book.kinds) needs.book.add(kind, runOf(1))
      expect(warnings.length).toBe(problem === null ? 0 : 1)
    }),
    { numRuns: 200 },
  )
})

it.each([
  ['no JSON', 'needs', /damaged \(it is not JSON\)/],
  ['a list', '[]', /damaged \(it has no list of kinds\)/],
  ['an older schema', '{"schema":0,"kinds":[]}', /damaged \(its schema is 0\)/],
  ['strange kinds', '{"schema":1,"kinds":[null,{"runs":-1}]}', /damaged \(2 of its kinds are damaged\)/],
])('starts anew with %s, and says so', (_, text, said) => {
  writeFileSync(file, text)
  const needs = open()
  expect(needs.book.kinds).toEqual([])
  expect(warnings).toEqual([expect.stringMatching(said)])
  needs.changed()
  needs.flush()
  expect(readNeeds(file)).toEqual({ kinds: [], problem: null, isNewer: false })
  expect(readdirSync(path.dirname(file)).filter((name) => name.includes('.damaged-'))).toHaveLength(1)
})

it('starts anew where a folder has its name', () => {
  mkdirSync(file)
  expect(open().book.kinds).toEqual([])
  expect(warnings[0]).toContain('damaged')
  expect(existsSync(file)).toBe(false)
})

it('leaves a newer version’s file as it is', () => {
  const newer = '{"schema":2,"kinds":[]}'
  writeFileSync(file, newer)
  const needs = open()
  needs.book.add(kindOf(1), runOf(1))
  needs.changed()
  needs.flush()
  expect(readFileSync(file, 'utf8')).toBe(newer)
  expect(warnings[0]).toContain('a newer version has written it')
})

it('says once that it cannot be written', () => {
  const needs = new NeedsFile({
    path: path.join(file, 'missing', 'needs.json'),
    now: () => 0,
    log: { warn: (line) => void warnings.push(line) },
  })
  for (const _ of [1, 2]) {
    needs.book.add(kindOf(1), runOf(1))
    needs.changed()
    needs.flush()
  }
  expect(warnings).toHaveLength(1)
})
