import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { incident } from './testing/incident-sample'
import { run } from './testing/run'
import { folderWith, HEAP, WALL } from './top.test-support'

describe('which profile', () => {
  const named = async (folder: string, ...words: string[]) => {
    const { stdout } = await run(folder, ['top', ...words])
    return stdout.split('\n', 1)[0]
  }
  const OLD = incident({
    id: '20261101-000000-0000',
    at: '2026-11-01T00:00:00.000Z',
    profiles: { heap: 'old-space.pprof', cpu: null },
  })
  const NONE = incident({ profiles: { heap: null, cpu: null } })
  const GONE = incident({ profiles: { heap: 'gone-space.pprof', cpu: null } })
  const STUCK = incident({ profiles: { heap: null, cpu: 'stuck-wall.pprof' } })

  it.each<[string, Record<string, Uint8Array>, (typeof OLD)[], string[], string]>([
    [
      'of an incident before a newer one of none',
      { 'old-space.pprof': HEAP, 'new-space.pprof': HEAP },
      [OLD],
      [],
      'old-space.pprof',
    ],
    ['of the newest incident that has one', { 'old-space.pprof': HEAP }, [OLD, NONE], [], 'old-space.pprof'],
    ['that is still there', { 'old-space.pprof': HEAP }, [OLD, GONE], [], 'old-space.pprof'],
    [
      'of the CPU when an incident has no other',
      { 'old-space.pprof': HEAP, 'stuck-wall.pprof': WALL },
      [OLD, STUCK],
      [],
      'stuck-wall.pprof',
    ],
    [
      'the newest of the heap',
      { 'a-space.pprof': HEAP, 'b-space.pprof': HEAP, 'c-wall.pprof': WALL, 'd.json': HEAP },
      [],
      [],
      'b-space.pprof',
    ],
    [
      'the newest of the CPU',
      { 'a-wall.pprof': WALL, 'b-wall.pprof': WALL, 'c-space.pprof': HEAP },
      [],
      ['--cpu'],
      'b-wall.pprof',
    ],
    ['what there is', { 'a-wall.pprof': WALL }, [], [], 'a-wall.pprof'],
  ])('%s', async (_, files, incidents, words, expected) => {
    expect(await named(folderWith(files, incidents), ...words)).toBe(expected)
  })

  it.each<[string, string[], { code: number; stdout?: string; stderr?: RegExp }]>([
    ['no profile at all', [], { code: 0, stdout: 'No profiles on record.\n' }],
    ['no CPU profile at all', ['--cpu'], { code: 0, stdout: 'No CPU profiles on record.\n' }],
    [
      'an unknown id',
      ['1999'],
      { code: 1, stderr: /^studio-monitor: top: no file and no incident "1999"\n$/ },
    ],
    ['an ambiguous id', ['2026'], { code: 1, stderr: /top: 2 incidents fit "2026": see incidents\n$/ }],
    [
      'an incident without a heap profile',
      ['20261123'],
      {
        code: 1,
        stderr:
          /top: incident 20261123-201300-3f9a has no heap profile: it has one of the CPU, with --cpu\n$/,
      },
    ],
    [
      'an incident whose profile is gone',
      ['20261101'],
      {
        code: 1,
        stderr:
          /top: the heap profile of incident 20261101-000000-0000 is no longer there: .*old-space.pprof\n$/,
      },
    ],
    [
      'a file that is not there',
      ['./no.pprof'],
      { code: 1, stderr: /^studio-monitor: top: no file ".\/no.pprof"\n$/ },
    ],
  ])('says so about %s', async (_, words, { code, stdout = '', stderr = /^$/ }) => {
    const ended = await run(folderWith({}, [OLD, STUCK]), ['top', ...words])
    expect(ended).toMatchObject({ code, stdout })
    expect(ended.stderr).toMatch(stderr)
  })
})

describe('a file that is no profile, or a damaged one', () => {
  it.each<[string, Uint8Array | string, RegExp]>([
    ['text', 'hello', /: not a pprof profile, or damaged: /],
    ['empty', '', /: it is empty$/],
    ['cut off', HEAP.subarray(0, 100), /: its gzip data is cut off$/],
    ['JSON', '{}', /: it is not a pprof: it is JSON/],
  ])('ends in one line and with 2: %s', async (_, bytes, message) => {
    const folder = folderWith({ 'run-000003-space.pprof': bytes })
    for (const words of [[], ['2026'], [join(folder, 'profiles/run-000003-space.pprof')]]) {
      const { code, stdout, stderr } = await run(folder, ['top', ...words])
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toMatch(/^studio-monitor: top: .*run-000003-space\.pprof: [^\n]+\n$/)
      expect(stderr.trimEnd()).toMatch(message)
    }
  })

  it('also when it is a folder', async () => {
    const folder = temporaryFolder()
    const { code, stderr } = await run(folder, ['top', folder])
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `studio-monitor: top: ${folder}: it is not a regular file\n`,
    })
  })
})
