import { describe, expect, it } from 'vitest'
import { isPython, parsePythonCommand } from './python-command'

describe('which program is a Python', () => {
  it.each([
    'python',
    'python3',
    'python3.12',
    '/opt/venv/bin/python3',
    'C:\\Studio\\python_embeded\\python.exe',
    'pythonw.exe',
    'py',
  ])('%s is a Python', (program) => {
    expect(isPython(program)).toBe(true)
  })

  it.each(['uv', './start.sh', '/usr/bin/python3-config', 'ipython-start', 'happy', 'python.sh'])(
    '%s is none',
    (program) => {
      expect(isPython(program)).toBe(false)
    },
  )
})

describe('a command taken apart', () => {
  it.each([
    [['python3', 'main.py'], [], [], ['main.py']],
    [['uv', 'run', 'python', 'main.py', '--cpu'], ['uv', 'run'], [], ['main.py', '--cpu']],
    [
      ['python', '-s', '-X', 'dev', '-Wignore', 'main.py', '-m'],
      [],
      ['-s', '-X', 'dev', '-Wignore'],
      ['main.py', '-m'],
    ],
    [['python', '-u', '-m', 'studio'], [], ['-u'], ['-m', 'studio']],
    [['python', '-um', 'studio'], [], [], ['-um', 'studio']],
    [['py', '-3.11', 'main.py'], [], ['-3.11'], ['main.py']],
    [
      ['uv', 'run', '--python', '/opt/python3', '--offline', 'python', 'main.py'],
      ['uv', 'run', '--python', '/opt/python3', '--offline'],
      [],
      ['main.py'],
    ],
    [['python', '-'], [], [], ['-']],
    [['python', '-W'], [], ['-W'], []],
    [
      ['python', '--check-hash-based-pycs', 'never', 'a.py'],
      [],
      ['--check-hash-based-pycs', 'never'],
      ['a.py'],
    ],
  ])('%j', (command, wrapper, options, rest) => {
    expect(parsePythonCommand(command)).toMatchObject({ wrapper, options, rest })
  })

  it('a script of the shell and no words at all have no Python', () => {
    expect(parsePythonCommand(['./start.sh', '--fast'])).toBeNull()
    expect(parsePythonCommand([])).toBeNull()
  })
})
