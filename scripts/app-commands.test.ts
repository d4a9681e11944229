import { describe, expect, it } from 'vitest'
import { COMMANDS as OF_THE_APP } from '../src/main/cli/commands'
import { answerWithoutApp, COMMANDS } from './app-commands.mjs'

describe('what npm start tells without the app', () => {
  it('has the commands of the app', () => {
    const commands = OF_THE_APP.map(({ name, summary }) => [name, summary])
    expect(Object.entries(COMMANDS)).toEqual(commands)
  })

  it.each([[['--help']], [['--user-data-dir=x', '-h']]])('answers %j with the commands', (args) => {
    const answer = answerWithoutApp(args, true, '0.1.0')
    expect(answer?.exitCode).toBe(0)
    expect(answer?.text).toContain('  incidents   deaths of the backend')
    expect(answerWithoutApp(args, false, '0.1.0')).toEqual(answer)
  })

  it('tells the version, which Electron would take for its own', () => {
    expect(answerWithoutApp(['--version'], true, '0.1.0')).toEqual({ text: '0.1.0\n', exitCode: 0 })
    expect(answerWithoutApp(['jobs', '--version'], true, '0.1.0')).toBeNull()
  })

  it('names a wrong command where no app is built that could', () => {
    expect(answerWithoutApp(['--lang=de', 'job', '--json'], false, '0.1.0')).toEqual({
      text: `studio-monitor: unknown command "job": known are ${Object.keys(COMMANDS).join(', ')}\n`,
      exitCode: 2,
    })
    expect(answerWithoutApp(['--', 'constructor'], false, '0.1.0')?.exitCode).toBe(2)
    expect(answerWithoutApp(['job'], true, '0.1.0')).toBeNull()
  })

  it("does not build for a command's help", () => {
    expect(answerWithoutApp(['jobs', '--help'], false, '0.1.0')).toMatchObject({ exitCode: 0 })
    expect(answerWithoutApp(['jobs', '--help'], true, '0.1.0')).toBeNull()
  })

  it.each([[[]], [['jobs']], [['--user-data-dir=x']], [['--']]])('leaves %j to the app', (args) => {
    expect(answerWithoutApp(args, false, '0.1.0')).toBeNull()
    expect(answerWithoutApp(args, true, '0.1.0')).toBeNull()
  })
})

it.each([
  ['--versoin', '--version'],
  ['--vers', '--version'],
  ['--hlep', '--help'],
])('refuses %s, which is a slip of the keys', (typed, meant) => {
  expect(answerWithoutApp(['--user-data-dir=/x', typed], true, '0.1.0')).toEqual({
    text: `studio-monitor: unknown option "${typed}". Did you mean ${meant}?\n`,
    exitCode: 2,
  })
})

it.each([['--v=1'], ['--vmodule=a=1'], ['--host-rules=x'], ['--headless']])(
  'leaves %s to Chromium',
  (name) => {
    expect(answerWithoutApp([name], true, '0.1.0')).toBeNull()
  },
)
