import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseCommandLine } from './arguments'
import { COMMAND_NAMES } from './command-names'

const APP = resolve('/srv/studio')
const parse = (...args: string[]) => parseCommandLine(['/opt/electron', ...args], ['.', APP])

describe('parseCommandLine', () => {
  it.each([
    [[]],
    [['.']],
    [[APP]],
    [[`${APP}/`]],
    [['--no-sandbox', '--inspect=0', '.', '--user-data-dir=/srv/jobs']],
    [['--json', '.']],
    [['.', '--']],
    [['', '.']],
  ])('starts the app for %j', (args) => {
    expect(parse(...args)).toBeNull()
  })

  it.each([
    [['jobs'], []],
    [['.', 'jobs', '--json'], ['--json']],
    [
      ['--ozone-platform=headless', '--no-sandbox', APP, 'jobs', '--limit', '3'],
      ['--limit', '3'],
    ],
    [['.', 'jobs', '--user-data-dir=/srv/x', '--since=1h', '--disable-gpu'], ['--since=1h']],
    [['.', '--user-data-dir=/srv/x', 'jobs', '--remote-debugging-port=0', '--inspect=0', '-h'], ['-h']],
    [['.', 'jobs', '--jsno'], ['--jsno']],
    [
      ['.', 'jobs', '--json', '--', '--no-sandbox'],
      ['--json', '--', '--no-sandbox'],
    ],
    [
      ['.', '--', 'jobs', '--json'],
      ['--', '--json'],
    ],
    [['.', 'jobs', '.'], ['.']],
  ])('finds the subcommand in %j', (line, args) => {
    expect(parse(...line)).toEqual({ command: 'jobs', args })
  })

  it('takes a folder that is not the app for a wrong command', () => {
    expect(parse('.', '/srv/other')).toEqual({
      error: `unknown command "/srv/other": known are ${COMMAND_NAMES.join(', ')}`,
    })
  })

  it('says a wrong command in one line, whatever it is', () => {
    expect(parse('.', 'a\u2028b')).toEqual({
      error: `unknown command "a\\u2028b": known are ${COMMAND_NAMES.join(', ')}`,
    })
  })

  it('knows no app folder when packaged', () => {
    expect(parseCommandLine(['/opt/studio', '.'], [])).toHaveProperty('error')
    expect(parseCommandLine(['/opt/studio', 'incidents', '2026'], [])).toEqual({
      command: 'incidents',
      args: ['2026'],
    })
  })

  it('names the nearest command for a misspelt one', () => {
    expect(parse('.', 'incident')).toEqual({
      error: `unknown command "incident": known are ${COMMAND_NAMES.join(', ')}. Did you mean incidents?`,
    })
  })

  it.each(['--help', '-h'])('takes %s alone for a question about the commands', (option) => {
    expect(parse('.', option)).toEqual({ command: 'help', args: [] })
  })

  it('takes --version for a question of its own, unless a command has it', () => {
    expect(parseCommandLine(['electron', '.', '--version'], ['.'])).toEqual({ command: 'version', args: [] })
    expect(parseCommandLine(['electron', '.', 'jobs', '--version'], ['.'])).toEqual({
      command: 'jobs',
      args: ['--version'],
    })
  })
})
