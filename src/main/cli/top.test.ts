import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pprofBytes } from '../profiling/testing/pprof-bytes'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { run } from './testing/run'
import { DEATH, folderWith, HEAP, whole } from './top.test-support'

const HEAP_REPORT = `\
run-000003-space.pprof
183 MiB inuse_space in 4 samples, one each 512 KiB, also has inuse_objects
Incident 20261123-201300-3f9a, 2 min ago: killed by the system, out of memory
Mostly remember (src/nodes/cache.js:12): 93 %, with what it calls in libraries

   SELF  CUMULATIVE  SHARE              FUNCTION  PLACE
150 MiB     150 MiB   82 %  ██████████  push
 20 MiB     170 MiB   11 %  █▍          remember  src/nodes/cache.js:12
  8 MiB       8 MiB    4 %  ▌           parse     ws/lib/receiver.js:7
4.5 MiB     175 MiB    2 %  ▎           handle    /app/src/server.js:40
    0 B       8 MiB    0 %              onread    node:internal/stream:3
`

describe('a profile as a table', () => {
  it("is the newest incident's without an argument, and fits 80 columns", async () => {
    expect(await run(whole(), ['top'])).toEqual({ code: 0, stdout: HEAP_REPORT, stderr: '' })
  })

  it.each([['20261123-201300-3f9a'], ['2026'], ['run-000003-space.pprof']])(
    'is the one of %s',
    async (word) => {
      expect(await run(whole(), ['top', word])).toEqual({ code: 0, stdout: HEAP_REPORT, stderr: '' })
    },
  )

  it('has the figure that the incident has, of the same function', async () => {
    const [first] = DEATH.topAllocators
    if (!first) throw new Error('the sample names nobody')
    const named = { ...first, function: 'remember', file: '/app/src/nodes/cache.js', line: 12, share: 0.77 }
    const folder = folderWith({ 'run-000003-space.pprof': HEAP }, [{ ...DEATH, topAllocators: [named] }])
    const { stdout } = await run(folder, ['top', 'last'])
    expect(stdout).toContain('Mostly remember (src/nodes/cache.js:12): 77 %')
  })

  it("is an incident's CPU profile on request", async () => {
    const { stdout } = await run(whole(), ['top', '2026', '--cpu'])
    expect(stdout).toBe(`\
run-000003-wall.pprof
10 s wall in 2 samples, over 12 s, also has sample
Incident 20261123-201300-3f9a, 2 min ago: killed by the system, out of memory
Mostly spin (/app/loop.js:9): 90 %, with what it calls in libraries

SELF  CUMULATIVE  SHARE              FUNCTION  PLACE
 9 s         9 s   90 %  ██████████  spin      /app/loop.js:9
 1 s        10 s   10 %  █▏          main      /app/loop.js:2
`)
  })

  it('is in the order of --cumulative, of another sample type, and cut at --limit', async () => {
    const { stdout } = await run(whole(), ['top', '--cumulative', '--limit', '1'])
    expect(stdout).toContain('4.5 MiB     175 MiB   96 %  ██████████  handle    /app/src/server.js:40\n')
    expect(stdout).toMatch(/\n1 of 5 shown: --limit 5 shows all\.\n$/)
    for (const option of ['--sample-type', '--type']) {
      const { stdout } = await run(whole(), ['top', option, 'inuse_objects'])
      expect(stdout).toContain('4 inuse_objects in 4 samples')
    }
  })

  it('leaves columns out on a narrow terminal', async () => {
    const { stdout } = await run(whole(), ['top', '--limit', '1'], { columns: 40 })
    expect(stdout).toContain('   SELF  SHARE  FUNCTION  PLACE\n150 MiB   82 %  push')
  })

  it('shows text from the file and does not obey it', async () => {
    const evil = pprofBytes({ samples: [[['\u001b[31mred\u202e\nx /app/\u0007a.js:1'], 1, 1]] })
    const folder = folderWith({ 'a.pprof': evil }, [])
    const table = await run(folder, ['top'])
    expect(table.stdout).toContain('red x')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(table.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
    const json = await run(folder, ['top', '--json'])
    expect(JSON.parse(json.stdout).functions[0].function).toContain('\u001b[31mred\u202e')
    expect(json.stdout).not.toContain('\u202e')
  })

  it("is any profiler's: Go's", async () => {
    const go = join(__dirname, '../profiling/testing/go-cpu.pb.gz')
    const { code, stdout } = await run(temporaryFolder(), ['top', go, '--limit', '2'])
    expect(code).toBe(0)
    expect(stdout).toContain('220 ms cpu in 22 samples, over 406 ms, one each 10 ms, also has samples\n')
    expect(stdout).toContain('220 ms      220 ms  100 %  ██████████  main.fib')
  })

  it('says when there are no samples', async () => {
    const { code, stdout } = await run(folderWith({ 'a.pprof': pprofBytes({ samples: [] }) }, []), ['top'])
    expect(stdout).toBe('a.pprof\n0 B inuse_space in 0 samples, also has inuse_objects\n\nNo samples.\n')
    expect(code).toBe(0)
  })
})

describe('JSON', () => {
  it('has everything', async () => {
    const folder = whole()
    const { code, stdout } = await run(folder, ['top', '--json', '--cpu', '--limit', '1'])
    expect(JSON.parse(stdout)).toEqual({
      file: join(folder, 'profiles/run-000003-wall.pprof'),
      incident: { id: DEATH.id, at: DEATH.at, cause: DEATH.cause },
      sampleType: { type: 'wall', unit: 'nanoseconds' },
      sampleTypes: [
        { type: 'sample', unit: 'count' },
        { type: 'wall', unit: 'nanoseconds' },
      ],
      total: 10e9,
      samples: 2,
      period: null,
      time: null,
      durationMs: 12_000,
      by: 'self',
      functions: [
        { function: 'spin', file: '/app/loop.js', line: 9, self: 9e9, cumulative: 9e9, share: 0.9 },
      ],
    })
    expect(code).toBe(0)
  })

  it('is null without a profile', async () => {
    expect(await run(temporaryFolder(), ['top', '--json'])).toEqual({ code: 0, stdout: 'null\n', stderr: '' })
  })
})

describe('wrong arguments end with 2', () => {
  it.each<[string[], RegExp]>([
    [['--sample-type', 'wall'], /the profile has no sample type "wall": it has inuse_objects, inuse_space$/],
    [['--limit', '0'], /--limit "0" must be a positive integer$/],
    [['--limit'], /--limit needs a value$/],
    [['--cpu=1'], /--cpu takes no value, not "1"$/],
    [['--cumulativ'], /unknown option --cumulativ: .* Did you mean --cumulative\?$/],
    [['a', 'b'], /one profile at a time, not also "b"$/],
  ])('%j', async (words, message) => {
    const { code, stdout, stderr } = await run(whole(), ['top', ...words])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.trimEnd()).toMatch(message)
  })
})

it('has a help text of 80 columns', async () => {
  const { code, stdout } = await run(temporaryFolder(), ['top', '--help'])
  expect(code).toBe(0)
  expect(stdout).toContain('top INCIDENT [--cpu]')
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
})

it('changes nothing in the data folder', async () => {
  const folder = whole()
  await run(folder, ['top'])
  expect(readFileSync(join(folder, 'profiles/run-000003-space.pprof'))).toEqual(HEAP)
})
