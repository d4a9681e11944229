import { describe, expect, it } from 'vitest'
import { CAUSES } from '../backend/cause'
import { temporaryFolder } from '../records/jobs/testing/temporary-folder'
import { COMMAND_NAMES } from './command-names'
import { OPTIONS } from './completion/words'
import { run } from './testing/run'

describe('wrong arguments', () => {
  it.each([
    [
      ['--jsno'],
      'unknown option --jsno: known are --cause, --follow, --help, --json, --limit, --since. Did you mean --json?',
    ],
    [['-x'], 'unknown option -x: known are --cause, --follow, --help, --json, --limit, --since'],
    [['--json=1'], '--json takes no value, not "1"'],
    [['--limit'], '--limit needs a value'],
    [['--limit', '0'], '--limit "0" must be a positive integer'],
    [['--limit', '--json'], '--limit "--json" must be a positive integer'],
    [['one', 'two'], 'one ID at a time, not also "two"'],
    [['one', '--limit', '3'], '--cause, --since, --limit and --follow are for the list, not for one ID'],
    [
      ['--cause', 'kiled'],
      `--cause "kiled" is not known: known are ${CAUSES.join(', ')}, oom. Did you mean killed?`,
    ],
  ])('%j end with 2 and one line', async (options, line) => {
    expect(await run(temporaryFolder(), ['jobs', ...options])).toEqual({
      code: 2,
      stdout: '',
      stderr: `studio-monitor: jobs: ${line}\n`,
    })
  })

  it('say what --since takes', async () => {
    const { code, stderr } = await run(temporaryFolder(), ['jobs', '--since', 'tuesday'])
    expect(code).toBe(2)
    expect(stderr).toContain(
      '--since "tuesday" is not accepted: a duration (90s, 30m, 1h, 2d, 1w) or an ISO date',
    )
  })
})

describe('help', () => {
  it.each([['jobs'], ['incidents']])('of %s names its exit codes, within 90 columns', async (command) => {
    const { code, stdout } = await run(temporaryFolder(), [command, '--help', '--no-sandbox'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/Exit code: 0 .*; 1 .*2 wrong arguments/s)
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90)
  })

  it('without a command lists them', async () => {
    const { code, stdout } = await run(temporaryFolder(), ['--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ {2}jobs {7}.*\n {2}incidents {2}/m)
  })

  it('an unknown command ends with 2', async () => {
    expect(await run(temporaryFolder(), ['job'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `studio-monitor: unknown command "job": known are ${COMMAND_NAMES.join(', ')}. Did you mean jobs?\n`,
    })
  })
})

it.each(COMMAND_NAMES)(
  '%s refuses an option that it does not know, names its own, and tells the version',
  async (name) => {
    const wrong = await run('/nowhere', [name, '--jsno'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    for (const option of OPTIONS[name]) expect(wrong.stderr).toContain(option)
    if (OPTIONS[name].includes('--json')) expect(wrong.stderr).toContain('Did you mean --json?')
    expect(await run('/nowhere', [name, '--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' })
  },
)
