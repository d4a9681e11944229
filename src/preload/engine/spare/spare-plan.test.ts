import { describe, expect, it } from 'vitest'
import { isSame, spareCommand, whyNoSpare } from './spare-plan'

const LAUNCHER = '/probe/launcher.py'
const of = (environment: Record<string, string>, more: object = {}) => ({
  command: ['python', 'main.py'],
  cwd: '/engine',
  environment,
  ...more,
})

describe('spareCommand', () => {
  it('puts the launcher in front of the script, behind the options of Python', () => {
    expect(
      spareCommand(['/venv/bin/python3.12', '-s', '-X', 'dev', 'main.py', '--port', '1'], LAUNCHER),
    ).toEqual({
      program: '/venv/bin/python3.12',
      args: ['-s', '-X', 'dev', LAUNCHER, 'main.py', '--port', '1'],
      script: ['main.py', '--port', '1'],
    })
  })

  it.each([
    [['uv', 'run', 'python', 'main.py']],
    [['conda', 'run', '-n', 'studio', 'python', 'main.py']],
    [['./start.sh']],
    [['ddtrace-run', 'python', 'main.py']],
  ])('has none for %j, which another program starts', (command) => {
    expect(spareCommand(command, LAUNCHER)).toMatch(/by way of another program/)
  })

  it.each([[['python', '-m', 'studio']], [['python']], [['python', '-c', 'pass']]])(
    'has none for %j, which runs no script',
    (command) => {
      expect(spareCommand(command, LAUNCHER)).toMatch(/runs no script/)
    },
  )
})

describe('isSame', () => {
  it('compares the command, the folder and the environment, in any order', () => {
    expect(isSame(of({ A: '1', B: '2' }), of({ B: '2', A: '1' }))).toBe(true)
    expect(isSame(of({ A: '1' }), of({ A: '2' }))).toBe(false)
    expect(isSame(of({ A: '1' }), of({}))).toBe(false)
    expect(isSame(of({}), of({}, { cwd: null }))).toBe(false)
    expect(isSame(of({}), of({}, { command: ['python', 'main.py', '--cpu'] }))).toBe(false)
  })

  it('leaves out what is for Datadog alone', () => {
    expect(isSame(of({ DD_TAGS: 'a:1' }), of({ DD_TAGS: 'a:2', DD_ENV: 'x' }))).toBe(true)
  })
})

describe.skipIf(process.platform === 'win32')('whyNoSpare', () => {
  const hello = {
    ...({ type: 'hello', at: 0, protocol: 1, token: 't', pid: 7, again: false } as const),
    ...{ python: '3.12.1', executable: 'python', ddtrace: null },
  }

  it('is null for a Python that the command itself starts', () => {
    expect(whyNoSpare(hello, 7)).toBeNull()
  })

  it('tells of a wrapper, and of a tracer', () => {
    expect(whyNoSpare(hello, 6)).toMatch(/by way of another program/)
    expect(whyNoSpare({ ...hello, ddtrace: '4.16.0' }, 7)).toMatch(/^Datadog's tracer is in its Python/)
  })
})
