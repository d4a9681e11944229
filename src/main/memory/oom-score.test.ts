import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { describeOomScore, raiseOomScore } from './oom-score'

let proc: string
const scoreFile = (pid: number | 'self') => join(proc, String(pid), 'oom_score_adj')

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'oom-score-'))
  for (const pid of ['self', '42']) mkdirSync(join(proc, pid))
})
afterEach(() => rmSync(proc, { recursive: true }))

it.each([
  ['the usual', '0', '0', { outcome: 'raised', from: 0, to: 500 }],
  ['an app that the session made likelier', '200', '200', { outcome: 'raised', from: 200, to: 700 }],
  ['an app that is protected', '-900', '-900', { outcome: 'raised', from: -900, to: 500 }],
  ['a backend that stands higher', '0', '600', { outcome: 'kept', score: 600 }],
  ['a backend that stands as high', '0', '500', { outcome: 'kept', score: 500 }],
  ['an app near the top', '800', '800', { outcome: 'raised', from: 800, to: 1000 }],
  ['an app at the top', '1000', '1000', { outcome: 'kept', score: 1000 }],
])('%s', (_what, main, backend, expected) => {
  writeFileSync(scoreFile('self'), `${main}\n`)
  writeFileSync(scoreFile(42), `${backend}\n`)
  expect(raiseOomScore(42, proc)).toEqual(expected)
  const score = Number(readFileSync(scoreFile(42), 'utf8'))
  expect(score).toBe('to' in expected ? expected.to : expected.score)
})

it('says why it could not, unless the process has gone', () => {
  writeFileSync(scoreFile('self'), '0\n')
  expect(raiseOomScore(43, proc)).toEqual({ outcome: 'unavailable' })
  writeFileSync(scoreFile(42), 'high\n')
  expect(raiseOomScore(42, proc)).toMatchObject({
    outcome: 'refused',
    reason: expect.stringContaining('not a number'),
  })
})

it('raises the score of a real process on Linux, and does nothing elsewhere', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  await once(child, 'spawn')
  try {
    const { pid = 0 } = child
    const result = raiseOomScore(pid)
    if (process.platform === 'linux') {
      const score = Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'))
      expect(score).toBe(result.outcome === 'raised' ? result.to : Number.NaN)
      expect(score).toBeGreaterThan(Number(readFileSync('/proc/self/oom_score_adj', 'utf8')))
    } else {
      expect(result.outcome).toBe('unavailable')
    }
  } finally {
    child.kill()
    await once(child, 'exit')
  }
})

it('is told in a sentence, where there is something to tell', () => {
  expect(describeOomScore({ outcome: 'raised', from: 0, to: 500 })).toContain('from 0 to 500')
  expect(describeOomScore({ outcome: 'kept', score: 600 })).toContain('600 already')
  expect(describeOomScore({ outcome: 'refused', reason: 'EACCES' })).toContain('(EACCES)')
  expect(describeOomScore({ outcome: 'unavailable' })).toBeNull()
})
