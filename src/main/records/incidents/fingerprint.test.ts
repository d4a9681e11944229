import { expect, it } from 'vitest'
import { culpritOf, type Suspects } from './culprit'
import { fingerprintOf } from './fingerprint'

const NOBODY: Suspects = {
  oom: true,
  topAllocators: [],
  stuck: null,
  node: null,
  error: null,
  crashed: null,
  errorLine: null,
}
const LEAK = {
  ...{ function: 'leak', file: '/home/ann/app/rows.js', line: 7, bytes: 9, share: 0.9 },
  ...{ cumulativeBytes: null, cumulativeShare: null },
}
const of = (suspects: Partial<Suspects>) =>
  fingerprintOf('memory-limit', culpritOf({ ...NOBODY, ...suspects }))

it('is the same on another machine, in another line, and with other numbers', () => {
  const elsewhere = { ...LEAK, file: 'C:\\Users\\Bob\\app\\rows.js', line: 9, share: 0.5 }
  expect(of({ topAllocators: [LEAK] })).toBe('studio:memory-limit:leak:rows.js')
  expect(of({ topAllocators: [elsewhere] })).toBe(of({ topAllocators: [LEAK] }))
  const error = (message: string) => of({ error: { name: 'Error', message } })
  expect(error('row 12 is too long')).toBe(error('row 13 is too long'))
  expect(error('row 12 is too long')).not.toBe(error('no such row'))
})

it.each<[string, Partial<Suspects>, string]>([
  ['one who holds little', { topAllocators: [{ ...LEAK, share: 0.1 }] }, 'studio:memory-limit'],
  ['a profile, where it was not for memory', { oom: false, topAllocators: [LEAK] }, 'studio:memory-limit'],
  ['a node', { node: { id: '3', type: 'Sampler', pack: 'leaky' } }, 'studio:memory-limit:Sampler:leaky'],
  [
    'where it hung',
    { stuck: { function: 'spin', file: '/a/b.js', line: 1, share: 1 } },
    'studio:memory-limit:spin:b.js',
  ],
])('of %s', (_what, suspects, fingerprint) => {
  expect(of(suspects)).toBe(fingerprint)
})

it('does not hold the words of the backend, and is bounded', () => {
  const one = of({ errorLine: 'FATAL: /home/ann/model is corrupt' })
  expect(one).not.toMatch(/ann|model|corrupt/)
  expect(one).not.toBe(of({ errorLine: 'FATAL: no GPU' }))
  expect(of({ error: { name: 'E'.repeat(5_000), message: '' } }).length).toBeLessThanOrEqual(200)
})
