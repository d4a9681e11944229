import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { NeedBook } from '../../records/needs/need-book'
import { kindOf, MIB, runOf } from '../../records/needs/samples.test-support'
import { checkNeeds } from './needs-check'

let file: string

beforeEach(() => {
  file = path.join(mkdtempSync(path.join(os.tmpdir(), 'studio-needs-')), 'needs.json')
})

it('says how many kinds are known, and how far forecasts were off, by kind', () => {
  const book = new NeedBook()
  book.add(kindOf(1), runOf(1_000))
  for (const peak of [1_000, 1_250]) {
    book.judge(kindOf(1), 1_000 * MIB, peak * MIB)
    book.add(kindOf(1), runOf(peak))
  }
  book.add(kindOf(2), runOf(700, { isBound: true }))
  writeFileSync(file, JSON.stringify({ schema: 1, kinds: book.kinds }))
  expect(checkNeeds(file, true)).toEqual({
    state: 'ok',
    summary: 'kinds of jobs known: 2; 2 forecasts, off by 10 % at the median',
    details: [
      'kind 2: no run that ended, not foretold yet',
      'kind 1: 1000 MiB in 3 runs, forecasts off by 10 %',
    ],
    next: null,
  })
})

it('says where nothing is known, where it is off, and where the file is damaged', () => {
  expect(checkNeeds(file, true).summary).toBe('no job has been seen yet')
  expect(checkNeeds(file, false).summary).toBe('not foretold: STUDIO_ADMISSION is off')
  writeFileSync(file, '{')
  expect(checkNeeds(file, true)).toMatchObject({
    state: 'warning',
    summary: expect.stringContaining('it is not JSON'),
  })
})
